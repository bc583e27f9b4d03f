/** Reads a request line. RFC 9112 §3: method SP request-target SP HTTP-version CRLF, exactly one blank each. */
import { ProtocolError } from "../../http/errors.ts";
import { CHAR_CLASS, DIGIT, TARGET, TOKEN } from "./char-class.ts";
import { badRequest, type HeadLimits, type HeadRecord, INCOMPLETE, NONE } from "./head-record.ts";

const CR = 13;
const LF = 10;
const SP = 32;
const PERCENT = 37;
const QUESTION = 63;

/**
 * Fills the request line's part of `record` from `bytes[record.start..end)`. Returns the offset just after
 * the line or {@link INCOMPLETE}; throws a `ProtocolError` with 400, 414 or 505.
 */
export function readRequestLine(
  record: HeadRecord,
  bytes: Uint8Array,
  end: number,
  limits: HeadLimits,
): number {
  const start = record.start;
  // Not one byte beyond the limit is looked at: the answer must not depend on how many came in one read.
  const bound = Math.min(end, start + limits.maxRequestLineBytes + 1);
  let at = start;
  record.isHead = false;
  while (at < bound && (CHAR_CLASS[bytes[at]!]! & TOKEN) !== 0) at++;
  if (at >= bound) return incompleteLine(at - start, limits);
  if (bytes[at] !== SP || at === start) throw badRequest("malformed method", "RFC 9112 §3.1");
  record.methodEnd = at - start;
  record.isHead = at - start === 4 && isHead(bytes, start);
  record.targetStart = at + 1 - start;
  at = scanTarget(record, bytes, at + 1, bound);
  if (at >= bound) return incompleteLine(at - start, limits);
  record.targetEnd = at - start;
  if (bytes[at] !== SP || record.targetEnd === record.targetStart) {
    throw badRequest("malformed target", "RFC 9112 §3.2");
  }
  return readVersion(record, bytes, at + 1, end);
}

function isHead(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 72 && bytes[at + 1] === 69 && bytes[at + 2] === 65 && bytes[at + 3] === 68;
}

function scanTarget(record: HeadRecord, bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  let mark = NONE;
  let hasEscape = false;
  while (at < end) {
    const byte = bytes[at]!;
    if ((CHAR_CLASS[byte]! & TARGET) === 0) break;
    if (byte === QUESTION && mark === NONE) mark = at - record.start;
    else if (byte === PERCENT && mark === NONE) hasEscape = true;
    at++;
  }
  record.queryMark = mark;
  record.hasEscape = hasEscape;
  return at;
}

function incompleteLine(length: number, limits: HeadLimits): number {
  if (length <= limits.maxRequestLineBytes) return INCOMPLETE;
  throw new ProtocolError(414, "request line too long", "RFC 9110 §15.5.15");
}

const NAME = [72, 84, 84, 80, 47]; // "HTTP/"

/** RFC 9112 §2.3: exactly "HTTP/1.0" or "HTTP/1.1"; a line without a version is HTTP/0.9 and refused. */
function readVersion(record: HeadRecord, bytes: Uint8Array, at: number, end: number): number {
  for (let index = 0; index < 5; index++) {
    if (at + index >= end) return INCOMPLETE;
    if (bytes[at + index] !== NAME[index]) throw badVersion();
  }
  if (at + 8 >= end) return INCOMPLETE;
  const major = bytes[at + 5]!;
  const minor = bytes[at + 7]!;
  const isDigits = (CHAR_CLASS[major]! & CHAR_CLASS[minor]! & DIGIT) !== 0;
  if (!isDigits || bytes[at + 6] !== 46 || bytes[at + 8] !== CR) throw badVersion();
  if (at + 9 >= end) return INCOMPLETE;
  if (bytes[at + 9] !== LF) throw badRequest("bare CR in the request line", "RFC 9112 §2.2");
  if (major !== 49 || minor > 49) {
    throw new ProtocolError(505, "HTTP version not supported", "RFC 9110 §15.6.6");
  }
  record.minor = minor - 48;
  record.fieldsStart = at + 10 - record.start;
  return at + 10;
}

function badVersion(): ProtocolError {
  return badRequest("malformed HTTP version", "RFC 9112 §2.3");
}
