/** The words of a WebSocket handshake and of its end (RFC 6455 §4.2, §7.4; RFC 8441 §5). */
import { ProtocolError } from "./errors.ts";
import { getHeader, getHeaders, type HeaderPairs, joinHeader } from "./headers.ts";
import { isToken, listMembers } from "./token.ts";

/** The only version of the protocol that is spoken (RFC 6455 §4.1). */
export const WEBSOCKET_VERSION = "13";

/** Sixteen bytes in base64. */
const KEY = /^[+/0-9A-Za-z]{21}[AQgw]==$/;

/** What a client asks for when it opens a session. */
export interface WebSocketHandshake {
  /** Proves that the server speaks the protocol; absent on HTTP/2, where the request itself says it. */
  readonly key: string | undefined;
  /** Offered by the client, in its order. */
  readonly subprotocols: readonly string[];
  /** The extensions that the client offers, as in its field; empty when it offers none. */
  readonly extensions: string;
}

/**
 * Reads the fields of a request that has been recognised as a handshake: over HTTP/1.1 by its `Upgrade`, which then
 * needs a key, over HTTP/2 by its `:protocol`. Throws a `ProtocolError` with 426 for another version of the protocol
 * and with 400 for what is malformed.
 *
 * @example
 * readHandshake([["sec-websocket-version", "13"], ["sec-websocket-protocol", "chat, v2"]], false).subprotocols;
 * // ["chat", "v2"]
 */
export function readHandshake(headers: HeaderPairs, needsKey: boolean): WebSocketHandshake {
  const versions = getHeaders(headers, "sec-websocket-version");
  if (versions.length !== 1 || versions[0] !== WEBSOCKET_VERSION) {
    throw new ProtocolError(426, "another version of WebSocket", "RFC 6455 §4.2.2");
  }
  return {
    key: needsKey ? readKey(headers) : undefined,
    subprotocols: readSubprotocols(headers),
    extensions: joinHeader(headers, "sec-websocket-extensions") ?? "",
  };
}

function readKey(headers: HeaderPairs): string {
  const key = getHeader(headers, "sec-websocket-key") ?? "";
  if (getHeaders(headers, "sec-websocket-key").length === 1 && KEY.test(key)) return key;
  throw new ProtocolError(400, "malformed Sec-WebSocket-Key", "RFC 6455 §4.2.1");
}

/** Tokens, none of them twice (RFC 6455 §4.1). */
function readSubprotocols(headers: HeaderPairs): readonly string[] {
  const offered = listMembers(joinHeader(headers, "sec-websocket-protocol") ?? "");
  if (new Set(offered).size === offered.length && offered.every(isToken)) return offered;
  throw new ProtocolError(400, "malformed Sec-WebSocket-Protocol", "RFC 6455 §4.1");
}

/**
 * True for a close code that a peer may send (RFC 6455 §7.4 and the register of codes).
 *
 * @example
 * isCloseCode(1000); // true
 * isCloseCode(1005); // false: it stands for a close without a code
 */
export function isCloseCode(code: unknown): code is number {
  if (!Number.isInteger(code)) return false;
  const number = code as number;
  if (number >= 3000) return number <= 4999;
  return number >= 1000 && number <= 1014 && (number <= 1003 || number >= 1007);
}
