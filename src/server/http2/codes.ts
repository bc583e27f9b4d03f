/** The error codes of HTTP/2 (RFC 9113 §7), and what they mean for an exchange. */
import type { DisconnectReason } from "../../pagi/connection.ts";

/** Codes by name; the numbers are those on the wire. */
export const H2 = {
  noError: 0x0,
  protocolError: 0x1,
  internalError: 0x2,
  cancel: 0x8,
  enhanceYourCalm: 0xb,
} as const;

const NAMES = [
  "NO_ERROR",
  "PROTOCOL_ERROR",
  "INTERNAL_ERROR",
  "FLOW_CONTROL_ERROR",
  "SETTINGS_TIMEOUT",
  "STREAM_CLOSED",
  "FRAME_SIZE_ERROR",
  "REFUSED_STREAM",
  "CANCEL",
  "COMPRESSION_ERROR",
  "CONNECT_ERROR",
  "ENHANCE_YOUR_CALM",
  "INADEQUATE_SECURITY",
  "HTTP_1_1_REQUIRED",
];
/** What a stream is reset with when its peer breaks the protocol, whoever of the two resets it. */
const BROKEN = new Set([1, 3, 5, 6, 9]);

/** The registered name of a code. */
export function codeName(code: number): string {
  return NAMES[code] ?? `0x${code.toString(16)}`;
}

/** Why an exchange ended whose stream was reset with this code. */
export function reasonOfReset(code: number): DisconnectReason {
  return BROKEN.has(code) ? "protocol_error" : "client_closed";
}
