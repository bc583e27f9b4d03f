/**
 * Reads the head of an HTTP/1.x request from bytes: strict, without I/O, without an allocation per field.
 * RFC 9112 §2-§6 and RFC 9110 §5; whatever two readers could understand differently is refused.
 */
import { ProtocolError } from "../../http/errors.ts";
import { CHAR_CLASS, TOKEN, UNDERSCORE } from "./char-class.ts";
import { checkFraming, mayFrame, noteField } from "./framing-fields.ts";
import { badRequest, type HeadLimits, type HeadRecord, INCOMPLETE } from "./head-record.ts";
import { readRequestLine } from "./read-request-line.ts";
import { scanValue } from "./scan-value.ts";

const CR = 13;
const LF = 10;
const SP = 32;
const HTAB = 9;
const COLON = 58;

/**
 * Reads one head from `bytes[record.start..end)` into `record`. Returns the offset just after it, or
 * {@link INCOMPLETE}. Throws a `ProtocolError` that carries the status to answer with.
 *
 * @example
 * record.start = 0;
 * const end = readHead(record, bytes, bytes.length, limits);
 * if (end !== INCOMPLETE) serve(bytes.subarray(0, end));
 */
export function readHead(record: HeadRecord, bytes: Uint8Array, end: number, limits: HeadLimits): number {
  const fields = readRequestLine(record, bytes, end, limits);
  return fields === INCOMPLETE ? INCOMPLETE : readFieldSection(record, bytes, end, limits);
}

/** The second half of {@link readHead}: the fields, after a request line that was read. */
export function readFieldSection(
  record: HeadRecord,
  bytes: Uint8Array,
  end: number,
  limits: HeadLimits,
): number {
  record.reset();
  const after = readFields(record, bytes, end, limits);
  if (after !== INCOMPLETE) checkFraming(record);
  return after;
}

/**
 * RFC 9112 §5: field lines up to the empty line. Bytes beyond the limit are not looked at: the answer must not
 * depend on how many of them came in one read.
 */
function readFields(record: HeadRecord, bytes: Uint8Array, available: number, limits: HeadLimits): number {
  let at = record.start + record.fieldsStart;
  const limit = at + limits.maxHeaderBytes;
  const end = Math.min(available, limit + 2);
  let count = 0;
  while (at < end) {
    if (bytes[at] === CR) return endOfFields(bytes, at, end);
    if (++count > limits.maxHeaderCount) throw fieldsTooLarge();
    const next = readField(record, bytes, at, end);
    if (next === INCOMPLETE) break;
    at = next;
  }
  if (available > limit + 1) throw fieldsTooLarge();
  return INCOMPLETE;
}

function endOfFields(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) return INCOMPLETE;
  if (bytes[at + 1] !== LF) throw badRequest("bare CR", "RFC 9112 §2.2");
  return at + 2;
}

/** One field line: token ":" OWS value OWS CRLF. A line that starts with a blank is obs-fold (RFC 9112 §5.2). */
function readField(record: HeadRecord, bytes: Uint8Array, nameStart: number, end: number): number {
  const nameEnd = scanName(record, bytes, nameStart, end);
  if (nameEnd === INCOMPLETE) return INCOMPLETE;
  let at = nameEnd + 1;
  while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
  const valueStart = at;
  at = scanValue(bytes, valueStart, end);
  if (at >= end || (bytes[at] === CR && at + 1 >= end)) return INCOMPLETE;
  if (bytes[at] !== CR || bytes[at + 1] !== LF) {
    throw badRequest("forbidden byte in a field value", "RFC 9110 §5.5");
  }
  if (mayFrame(bytes[nameStart]!, nameEnd - nameStart)) {
    record.nameStart = nameStart;
    record.nameEnd = nameEnd;
    record.valueStart = valueStart;
    record.valueEnd = trimEnd(bytes, valueStart, at);
    noteField(record, bytes);
  }
  return at + 2;
}

/** The colon after a name of at least one tchar. Each byte is looked up once: this loop is the hot one. */
function scanName(record: HeadRecord, bytes: Uint8Array, nameStart: number, end: number): number {
  const classes = CHAR_CLASS;
  let at = nameStart;
  let seen = 0;
  let kind = classes[bytes[at]!]!;
  while ((kind & TOKEN) !== 0) {
    seen |= kind;
    if (++at >= end) return INCOMPLETE;
    kind = classes[bytes[at]!]!;
  }
  if (bytes[at] !== COLON || at === nameStart) throw badRequest("malformed field name", "RFC 9112 §5.1");
  if ((seen & UNDERSCORE) !== 0) record.hasOddFields = true;
  return at;
}

function trimEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from && (bytes[end - 1] === SP || bytes[end - 1] === HTAB)) end--;
  return end;
}

function fieldsTooLarge(): ProtocolError {
  return new ProtocolError(431, "request header fields too large", "RFC 6585 §5");
}
