/** Why an exchange ended badly, in the words of the draft. */
import type { DisconnectReason } from "../../pagi/connection.ts";

const CODES: Readonly<Record<string, string>> = {
  client_closed: "ERR_HTTP_CONNECTION_RESET",
  read_error: "ERR_HTTP_CONNECTION_RESET",
  write_error: "ERR_HTTP_CONNECTION_RESET",
  client_timeout: "ERR_HTTP_TIMEOUT",
  idle_timeout: "ERR_HTTP_TIMEOUT",
  keepalive_timeout: "ERR_HTTP_TIMEOUT",
  write_timeout: "ERR_HTTP_TIMEOUT",
  protocol_error: "ERR_HTTP_PROTOCOL_ERROR",
  body_too_large: "ERR_HTTP_CONTENT_TOO_LARGE",
  server_shutdown: "ERR_HTTP_GOAWAY",
  server_error: "ERR_HTTP_INTERNAL_ERROR",
  app_abort: "ERR_HTTP_INTERNAL_ERROR",
};

/** A protocol error: a `TypeError` with a `code`. */
export function protocolError(reason: DisconnectReason): TypeError & { readonly code: string } {
  const error = new TypeError(`the exchange ended early: ${reason}`);
  return Object.assign(error, { code: CODES[reason] ?? "ERR_HTTP_STREAM_RESET" });
}
