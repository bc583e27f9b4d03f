/** Errors of connections, as the contract names them. */
import { ProtocolError } from "../http/errors.ts";
import type { DisconnectReason } from "../pagi/connection.ts";

/** The answer above the limit of requests in flight (HTTP-36). */
export function overloaded(): ProtocolError {
  return new ProtocolError(503, "too many requests in flight", "HTTP-36");
}

/** Why a connection was lost, by what the system says of its socket. */
export function reasonOf(error: NodeJS.ErrnoException): DisconnectReason {
  if (error.code === "ECONNRESET" || error.code === "EPIPE") return "client_closed";
  return error.syscall === "write" ? "write_error" : "read_error";
}
