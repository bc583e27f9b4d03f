/** What lies below a session of node:http2. */
import type { ServerHttp2Session } from "node:http2";

/**
 * The native object of a session that is connected. Node lets go of it when the session ends, though its socket may live
 * on; collected in the middle of a read it leaves that read to the reader below, which knows nothing of its buffer, and
 * the process ends. So whoever owns the socket keeps it as long.
 */
export function nativeSession(session: ServerHttp2Session): unknown {
  const key = Object.getOwnPropertySymbols(session).find(({ description }) => description === "kHandle");
  return key === undefined ? undefined : (session as unknown as Record<symbol, unknown>)[key];
}
