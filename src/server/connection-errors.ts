/** Errors of connections, as the contract names them, and the rude end of one. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { ProtocolError } from "../http/errors.ts";
import type { DisconnectReason } from "../pagi/connection.ts";

/** The answer above the limit of requests in flight (HTTP-36). */
export function overloaded(): ProtocolError {
  return new ProtocolError(503, "too many requests in flight", "HTTP-36");
}

/** The answer to a body above its limit. */
export function tooLarge(): ProtocolError {
  return new ProtocolError(413, "content too large", "RFC 9110 §15.5.14");
}

/** Why a connection was lost, by what the system says of its socket. */
export function reasonOf(error: NodeJS.ErrnoException): DisconnectReason {
  if (error.code === "ECONNRESET" || error.code === "EPIPE") return "client_closed";
  return error.syscall === "write" ? "write_error" : "read_error";
}

/**
 * Closes without a goodbye, by a reset where there is such a thing: Node throws when anything but TCP is to be
 * reset, and never lets go of a socket that is reset while its own side is being ended.
 */
export function cutSocket(socket: Socket, mustReset: boolean): void {
  // Only TCP sockets have an address.
  const canReset = mustReset && socket.localAddress !== undefined && !socket.writableEnded;
  if (!canReset) socket.destroy();
  else if (socket instanceof TLSSocket) resetBelow(socket);
  else socket.resetAndDestroy();
}

/**
 * Resets the TCP connection below TLS, which Node has no word for: its socket is closed by the one above. Where the
 * runtime lacks the pieces the missing goodbye of TLS alone says that a response was cut (RFC 9112 §9.8).
 */
function resetBelow(socket: TLSSocket): void {
  const { _parent: below } = socket as { _parent?: { resetAndClosing?: boolean } };
  if (below !== undefined) below.resetAndClosing = true;
  socket.destroy();
}
