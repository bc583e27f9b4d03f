/** Changes of request bytes: everything a broken or hostile client may do to a request that was once good. */
import { type Arbitrary, nat, record } from "fast-check";

/** One change; what the numbers mean depends on the kind. */
export interface Mutation {
  readonly kind: number;
  /** Where, as a share of 65536 of the bytes. */
  readonly at: number;
  readonly size: number;
  readonly pick: number;
}

const LONGEST = 65_536;

const SPECIAL = [
  "\r", "\n", "\0", " ", "\t", ":", ",", ";", "\r\n", "\n\r", "\r\r\n", "\r\n\r\n", "\n\n", "\v", "\f", "\x7f",
  "\x80", "\x85", "\xa0", "\xff", "\"", "\\", "%", "%00", "#", "?", "_", "+", "-", "0x", "*", "[", "]", "@",
]; // prettier-ignore

const LINES = [
  "Content-Length: 5", "Content-Length: 0", "Content-Length: +5", "Content-Length: 5, 5", "content-length:5",
  "Content-Length : 5", "Content_Length: 5", "Content-Length: 99999999999999999999", "Content-Length: 5\t",
  "Transfer-Encoding: chunked", "Transfer-Encoding: gzip, chunked", "Transfer-Encoding:\vchunked",
  "Transfer-Encoding: chunked, identity", "Transfer-Encoding: x", "transfer-encoding: CHUNKED", "Transfer-Encoding:",
  "Host: b", "Host:", "Host: a b", "Connection: close", "Connection: keep-alive", "Connection: Host, close",
  "Expect: 100-continue", "Expect: 200-ok", " folded: 1", "\tfolded", "X: \x01", "Cookie: a=1", "X_Y: 1", ": empty",
  "Upgrade: websocket", "Trailer: x", "0", "5", "5;a=b", "5;a=\"b\"", "ffffffff", "GET / HTTP/1.1", "HEAD /h HTTP/1.1",
  "POST /p HTTP/1.0", "PRI * HTTP/2.0", "GET http://x/y HTTP/1.1", "OPTIONS * HTTP/1.1", "CONNECT a:1 HTTP/1.1", "",
]; // prettier-ignore

type Change = (text: string, at: number, mutation: Mutation, other: string) => string;

/** In the order of {@link Mutation.kind}; the first ones are the mildest, so failures shrink to them. */
const CHANGES: readonly Change[] = [
  (text, at, { pick }) => replace(text, at, 1, String.fromCharCode(pick & 255)),
  (text, at, { pick }) => replace(text, at, 1, SPECIAL[pick % SPECIAL.length]!),
  (text, at, { pick }) => replace(text, at, 0, SPECIAL[pick % SPECIAL.length]!),
  (text, at, { size }) => replace(text, at, size % 16, ""),
  (text, at) => text.slice(0, at),
  (text, at, { size }) => replace(text, at, 0, text.slice(at, at + (size % 64))),
  (text, at, { pick }) => withLine(text, at, LINES[pick % LINES.length]!),
  (text, at) => withLine(text, at, lineAt(text, at)),
  (text, at) => replace(text, lineStart(text, at), lineAt(text, at).length + 2, ""),
  (text, at, { pick }) => digit(text, at, pick),
  (text, at) => otherCase(text, at),
  (text, at, { pick, size }) =>
    replace(text, at, 0, String.fromCharCode(pick & 255).repeat((size % 12) ** 3)),
  (text, at, _mutation, other) => text.slice(0, at) + other.slice(at % (other.length + 1)),
  (text, _at, _mutation, other) => text + other,
  (text, at, _mutation, other) => replace(text, at, 0, other),
  (text, _at, { size }) => text.repeat(1 + (size % 4)),
];

/** Any mutation. */
export const anyMutation: Arbitrary<Mutation> = record({
  kind: nat(CHANGES.length - 1),
  at: nat(65_535),
  size: nat(255),
  pick: nat(255),
});

/** Applies one change to a byte string; `other` is another request to take parts from. */
export function mutate(text: string, mutation: Mutation, other: string): string {
  const at = Math.floor((mutation.at * (text.length + 1)) / 65_536);
  return CHANGES[mutation.kind]!(text, at, mutation, other).slice(0, LONGEST);
}

function replace(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

function lineAt(text: string, at: number): string {
  const start = lineStart(text, at);
  const end = text.indexOf("\r\n", start);
  return end === -1 ? text.slice(start) : text.slice(start, end);
}

function withLine(text: string, at: number, line: string): string {
  return replace(text, lineStart(text, at), 0, `${line}\r\n`);
}

/** Changes the next digit, so that lengths and sizes lie. */
function digit(text: string, at: number, pick: number): string {
  const offset = text.slice(at).search(/[0-9]/);
  return offset === -1 ? text : replace(text, at + offset, 1, String(pick % 10));
}

function otherCase(text: string, at: number): string {
  const char = text.charAt(at);
  const other = char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase();
  return other.length === 1 && other <= "\xff" ? replace(text, at, 1, other) : text;
}
