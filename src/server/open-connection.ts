/** Which version of HTTP a new connection speaks. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Http2Connection } from "./http2/connection.ts";
import { Http1Connection } from "./http1-connection.ts";
import type { ServerConnection, ServerContext } from "./server-context.ts";

/**
 * Makes the connection for an accepted socket: HTTP/2 where that was agreed by ALPN (RFC 9113 §3.2), else HTTP/1, which
 * notices a client that begins with HTTP/2 without asking.
 */
export function openConnection(
  socket: Socket,
  context: ServerContext,
  unixPath: string | undefined,
): ServerConnection {
  const isAgreed = socket instanceof TLSSocket && socket.alpnProtocol === "h2";
  return isAgreed
    ? new Http2Connection(socket, context, unixPath)
    : new Http1Connection(socket, context, unixPath);
}
