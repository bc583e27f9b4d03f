/**
 * Finds the end of a field value: the first byte that may not stand in one.
 * Trick "four at a time": plain ASCII, which nearly all values are, is judged by words instead of bytes;
 * bench/micro/read-head.mjs, bench workload browser.
 */
import { CHAR_CLASS, VALUE } from "./char-class.ts";

/** The top bit of each byte of a word. */
const TOP_BITS = 0x80808080 | 0;
/** A buffer of at least this size is one that is read into again and again, so that a view of it is worth making. */
const WORTH_A_VIEW = 32_768;

let viewed: Uint8Array | undefined;
let view: DataView = new DataView(new ArrayBuffer(0));

/**
 * The offset of the first byte of `bytes[from..end)` that is neither visible, blank nor obs-text (RFC 9110 §5.5),
 * or `end`.
 *
 * @example
 * scanValue(latin1("text/html\r\n"), 0, 11); // 9
 */
export function scanValue(bytes: Uint8Array, from: number, end: number): number {
  let at = bytes.byteLength < WORTH_A_VIEW ? from : scanWords(bytes, from, end);
  while (at < end && (CHAR_CLASS[bytes[at]!]! & VALUE) !== 0) at++;
  return at;
}

/** Skips words of plain ASCII. A byte below 0x20 borrows, 0x7f carries, obs-text has its top bit: each ends it. */
function scanWords(bytes: Uint8Array, from: number, end: number): number {
  if (bytes !== viewed) {
    viewed = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  const words = view;
  let at = from;
  for (const last = end - 4; at <= last; at += 4) {
    const word = words.getInt32(at, true);
    if ((((word - 0x20202020) | (word + 0x01010101) | word) & TOP_BITS) !== 0) break;
  }
  return at;
}
