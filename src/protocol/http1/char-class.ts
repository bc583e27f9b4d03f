/** Byte classes of RFC 9110 §5.6.2 and RFC 9112 §3: one table look-up decides a byte. */

/** tchar: what names and methods are made of. */
export const TOKEN = 1;
/** field-vchar, SP, HTAB and obs-text: what a field value may contain. */
export const VALUE = 2;
/** What a request target may contain: visible ASCII without `#`; other rules follow by form. */
export const TARGET = 4;
/** What `Host` may contain: unreserved, sub-delims, percent, colon and brackets (RFC 3986 §3.2.2). */
export const HOST = 8;
/** 0-9. */
export const DIGIT = 16;
/** 0-9 a-f A-F. */
export const HEX = 32;
/** `_`: legal in names, and dropped by policy. */
export const UNDERSCORE = 64;

const SYMBOLS: readonly (readonly [string, number])[] = [
  ["!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", TOKEN],
  ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=%:[]", HOST],
  ["0123456789", DIGIT],
  ["0123456789abcdefABCDEF", HEX],
  ["_", UNDERSCORE],
];

function classify(): Uint8Array {
  const table = new Uint8Array(256);
  for (const [symbols, mask] of SYMBOLS) {
    for (const symbol of symbols) mark(table, symbol.charCodeAt(0), mask);
  }
  for (let byte = 0x20; byte < 256; byte++) if (byte !== 0x7f) mark(table, byte, VALUE);
  mark(table, 0x09, VALUE);
  for (let byte = 0x21; byte < 0x7f; byte++) if (byte !== 0x23) mark(table, byte, TARGET);
  return table;
}

function mark(table: Uint8Array, byte: number, mask: number): void {
  table[byte] = (table[byte] ?? 0) | mask;
}

/** Bit mask of the classes above for each of the 256 bytes. */
export const CHAR_CLASS: Uint8Array = classify();

/** The value of a hex digit's byte; only for bytes of class {@link HEX}. */
export function hexValue(byte: number): number {
  return byte < 0x3a ? byte - 0x30 : (byte | 0x20) - 0x57;
}
