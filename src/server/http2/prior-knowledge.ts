/** HTTP/2 by prior knowledge: a connection whose first bytes are no request but the preface (RFC 9113 §3.3, §3.4). */
import type { Socket } from "node:net";
import { latin1 } from "../byte-tools.ts";
import type { ServerContext } from "../server-context.ts";
import { Http2Connection } from "./connection.ts";

const PREFACE_LINE = "PRI * HTTP/2.0\r\n";

/**
 * True for the bytes of a client that speaks HTTP/2. To the reader of HTTP/1 they are a request of an unknown version,
 * so only what it refuses has to be looked at: HTTP/1 pays nothing.
 */
export function isPreface(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, PREFACE_LINE.length)) === PREFACE_LINE;
}

/** Goes on as HTTP/2 with a connection whose first bytes, all that were read so far, are a preface. */
export function switchToHttp2(
  socket: Socket,
  first: Uint8Array,
  context: ServerContext,
  unixPath: string | undefined,
): void {
  socket.removeAllListeners("end").removeAllListeners("error").removeAllListeners("close");
  // Where the runtime reads into streams the bytes would come back here.
  if (socket.listenerCount("data") > 0) socket.pause().removeAllListeners("data");
  socket.unshift(first);
  context.connections.add(new Http2Connection(socket, context, unixPath));
}
