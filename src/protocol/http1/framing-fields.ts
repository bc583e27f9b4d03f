/** The fields that decide framing, connection handling and the kind of exchange; each is judged on the line it arrives. */
import { ProtocolError } from "../../http/errors.ts";
import { asksForEvents, EVENT_STREAM } from "../../http/event-stream.ts";
import { CHAR_CLASS, DIGIT, HOST } from "./char-class.ts";
import { badRequest, type HeadRecord, NONE } from "./head-record.ts";

const SP = 32;
const HTAB = 9;
const COMMA = 44;
const DASH = 45;
/** What stands before the dash of `text/event-stream`. */
const EVENT = "text/event";

/** The names below by first letter and length: one look-up spares the comparison for nearly all others. */
const MAY_FRAME: Uint8Array = new Uint8Array(18 * 32);
for (const name of [
  "host",
  "accept",
  "cookie",
  "expect",
  "upgrade",
  "connection",
  "content-length",
  "transfer-encoding",
]) {
  MAY_FRAME[name.length * 32 + (name.charCodeAt(0) & 31)] = 1;
}

/** True when a field name of this first byte and length may be one that {@link noteField} knows. */
export function mayFrame(first: number, length: number): boolean {
  return length <= 17 && MAY_FRAME[length * 32 + (first & 31)] === 1;
}

/** Judges the field that `record` points at. Throws a `ProtocolError` with 400, 413, 417 or 501. */
export function noteField(record: HeadRecord, bytes: Uint8Array): void {
  switch (record.nameEnd - record.nameStart) {
    case 4:
      if (isName(record, bytes, "host")) noteHost(record, bytes);
      return;
    case 6:
      if (isName(record, bytes, "accept")) noteAccept(record, bytes);
      else if (isName(record, bytes, "cookie")) record.hasOddFields ||= ++record.cookieCount > 1;
      else if (isName(record, bytes, "expect")) noteExpect(record, bytes);
      return;
    case 7:
      if (isName(record, bytes, "upgrade")) noteUpgrade(record, bytes);
      return;
    case 10:
      if (isName(record, bytes, "connection")) noteConnection(record, bytes);
      return;
    case 14:
      if (isName(record, bytes, "content-length")) noteLength(record, bytes);
      return;
    case 17:
      if (isName(record, bytes, "transfer-encoding")) noteEncoding(record, bytes);
  }
}

/** What the fields say together (RFC 9112 §3.2, §6.1, §6.3). */
export function checkFraming(record: HeadRecord): void {
  if (record.isChunked && record.contentLength !== NONE) {
    throw badRequest("Content-Length beside Transfer-Encoding", "RFC 9112 §6.3");
  }
  if (record.isChunked && record.minor === 0) {
    throw badRequest("Transfer-Encoding in HTTP/1.0", "RFC 9112 §6.1");
  }
  if (record.minor === 1 && record.hostStart === NONE) throw badRequest("no Host", "RFC 9112 §3.2");
}

/** RFC 9112 §3.2: at most one Host, of the right characters; its shape is checked when it is used. */
function noteHost(record: HeadRecord, bytes: Uint8Array): void {
  if (record.hostStart !== NONE) throw badRequest("more than one Host", "RFC 9112 §3.2");
  for (let at = record.valueStart; at < record.valueEnd; at++) {
    if ((CHAR_CLASS[bytes[at]!]! & HOST) === 0) throw badRequest("malformed Host", "RFC 9112 §3.2");
  }
  const fields = record.start + record.fieldsStart;
  record.hostStart = record.valueStart - fields;
  record.hostEnd = record.valueEnd - fields;
}

/**
 * SSE-1: only a value that holds the name at all is read; nearly none does.
 * Trick "look for the dash": bench/micro/read-head.mjs.
 */
function noteAccept(record: HeadRecord, bytes: Uint8Array): void {
  const { valueStart, valueEnd } = record;
  if (valueEnd - valueStart < EVENT_STREAM.length) return;
  for (let at = valueStart + EVENT.length; at < valueEnd; at++) {
    if (bytes[at] === DASH && sameLetters(bytes, at - EVENT.length, EVENT)) return noteEvents(record, bytes);
  }
}

/** Several fields are one list (RFC 9110 §5.3), and one member of it is enough. */
function noteEvents(record: HeadRecord, bytes: Uint8Array): void {
  const value = String.fromCharCode(...bytes.subarray(record.valueStart, record.valueEnd));
  record.wantsEvents ||= asksForEvents(value);
}

/** RFC 9110 §10.1.1: only 100-continue is known; an expectation of an HTTP/1.0 client is ignored. */
function noteExpect(record: HeadRecord, bytes: Uint8Array): void {
  if (record.minor === 0) return;
  if (!isWord(bytes, record.valueStart, record.valueEnd, "100-continue")) {
    throw new ProtocolError(417, "expectation not supported", "RFC 9110 §10.1.1");
  }
  record.wantsContinue = true;
}

/** RFC 9110 §7.8: a list of protocols; those that are not known here are ignored. */
function noteUpgrade(record: HeadRecord, bytes: Uint8Array): void {
  for (let at = record.valueStart; at < record.valueEnd;) {
    const end = elementEnd(bytes, at, record.valueEnd);
    if (isWord(bytes, at, end, "websocket")) record.namesWebSocket = true;
    at = end + 1;
  }
}

/** RFC 9112 §9.3: a list of tokens; other words than these have no meaning here. */
function noteConnection(record: HeadRecord, bytes: Uint8Array): void {
  let at = record.valueStart;
  while (at < record.valueEnd) {
    const end = elementEnd(bytes, at, record.valueEnd);
    if (isWord(bytes, at, end, "close")) record.wantsClose = true;
    else if (isWord(bytes, at, end, "keep-alive")) record.wantsKeepAlive = true;
    else if (isWord(bytes, at, end, "upgrade")) record.wantsUpgrade = true;
    at = end + 1;
  }
}

/** RFC 9110 §8.6: digits only, one field; a list, a sign or a second line is refused. */
function noteLength(record: HeadRecord, bytes: Uint8Array): void {
  if (record.contentLength !== NONE) throw badRequest("more than one Content-Length", "RFC 9112 §6.3");
  if (record.valueStart === record.valueEnd) throw badRequest("empty Content-Length", "RFC 9110 §8.6");
  let length = 0;
  for (let at = record.valueStart; at < record.valueEnd; at++) {
    if ((CHAR_CLASS[bytes[at]!]! & DIGIT) === 0) {
      throw badRequest("malformed Content-Length", "RFC 9110 §8.6");
    }
    length = length * 10 + bytes[at]! - 48;
  }
  if (!Number.isSafeInteger(length)) {
    throw new ProtocolError(413, "content too large", "RFC 9110 §15.5.14");
  }
  record.contentLength = length;
}

/** RFC 9112 §6.1, §6.3: exactly "chunked" is understood; a list that does not end in it has no length at all. */
function noteEncoding(record: HeadRecord, bytes: Uint8Array): void {
  if (record.isChunked) throw badRequest("more than one Transfer-Encoding", "RFC 9112 §6.1");
  const { valueStart, valueEnd } = record;
  record.isChunked = isWord(bytes, valueStart, valueEnd, "chunked");
  if (record.isChunked) return;
  let chunked = 0;
  let isLast = true;
  for (let at = valueStart; at < valueEnd;) {
    const end = elementEnd(bytes, at, valueEnd);
    isLast = isWord(bytes, at, end, "chunked");
    if (isLast) chunked++;
    at = end + 1;
  }
  if (valueStart === valueEnd || chunked > 1 || (chunked === 1 && !isLast)) {
    throw badRequest("malformed Transfer-Encoding", "RFC 9112 §6.1");
  }
  throw new ProtocolError(501, "transfer coding not supported", "RFC 9112 §6.1");
}

/** The comma after the list element that starts at `at`, or the end. */
function elementEnd(bytes: Uint8Array, at: number, end: number): number {
  let comma = at;
  while (comma < end && bytes[comma] !== COMMA) comma++;
  return comma;
}

function isName(record: HeadRecord, bytes: Uint8Array, name: string): boolean {
  return sameLetters(bytes, record.nameStart, name);
}

/** Compares without case and without the blanks around. */
function isWord(bytes: Uint8Array, from: number, to: number, word: string): boolean {
  let start = from;
  let end = to;
  while (start < end && isBlank(bytes[start]!)) start++;
  while (end > start && isBlank(bytes[end - 1]!)) end--;
  return end - start === word.length && sameLetters(bytes, start, word);
}

function isBlank(byte: number): boolean {
  return byte === SP || byte === HTAB;
}

/** `word` is lower-case; only letters are folded, so no control byte can pass for a digit or a dash. */
function sameLetters(bytes: Uint8Array, from: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    const byte = bytes[from + index]!;
    const folded = byte >= 65 && byte <= 90 ? byte | 0x20 : byte;
    if (folded !== word.charCodeAt(index)) return false;
  }
  return true;
}
