/** As much of the encoding of certificates as is needed here (X.690, DER): reading it and writing it. */

/** One element: its tag, all its bytes, and those inside. */
export interface DerElement {
  readonly tag: number;
  /** Header and content. */
  readonly whole: Buffer;
  readonly content: Buffer;
}

/** The tags that are used here. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8: 0x0c,
  numeric: 0x12,
  printable: 0x13,
  teletex: 0x14,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmp: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * The elements that follow each other in `bytes`. Throws a `RangeError` for what is no DER.
 *
 * @example
 * const [certificate] = readDer(x509.raw);
 */
export function readDer(bytes: Buffer): DerElement[] {
  const found: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const { start, end } = extent(bytes, at);
    found.push({ tag: bytes[at]!, whole: bytes.subarray(at, end), content: bytes.subarray(start, end) });
    at = end;
  }
  return found;
}

/** X.690 §8.1.3: a length below 128 is one byte; else the first says how many follow. */
function extent(bytes: Buffer, at: number): { readonly start: number; readonly end: number } {
  const first = bytes[at + 1] ?? 0;
  const more = first < 0x80 ? 0 : first & 0x7f;
  const start = at + 2 + more;
  if (more > 4 || (more === 0 && first >= 0x80) || start > bytes.length) throw notDer();
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  if (start + length > bytes.length) throw notDer();
  return { start, end: start + length };
}

/** The error for bytes that are not what they should be. */
export function notDer(): RangeError {
  return new RangeError("not the bytes of a certificate");
}

/**
 * One element around its content.
 *
 * @example
 * writeDer(TAG.sequence, writeDer(TAG.integer, Buffer.of(2)));
 */
export function writeDer(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.of(tag, body.length), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const digits = length.subarray(length.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.of(tag, 0x80 | digits.length), digits, body]);
}

/** `2.5.4.3` from the content of its element. */
export function readObjectIdentifier(content: Buffer): string {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of content) {
    number = number * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(number);
    number = 0;
  }
  const [head = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(head / 40));
  return [top, head - top * 40, ...rest].join(".");
}

/** The element of `2.5.4.3`. */
export function writeObjectIdentifier(digits: string): Buffer {
  const [top = 0, second = 0, ...rest] = digits.split(".").map(Number);
  const bytes = [top * 40 + second, ...rest].flatMap((number) => {
    const groups = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f));
    return groups;
  });
  return writeDer(TAG.objectIdentifier, Buffer.from(bytes));
}

/** The subject of a certificate: an element whose content are the levels of its name (RFC 5280 §4.1.2.6). */
export function subjectOf(certificate: Buffer): DerElement {
  const [outer] = readDer(certificate);
  const [toBeSigned] = readDer(outer?.content ?? certificate);
  const fields = readDer(toBeSigned?.content ?? certificate);
  // version (optional), serial number, algorithm, issuer, validity, subject
  const first = fields[0]?.tag === VERSION ? 1 : 0;
  const subject = fields[first + 4];
  if (fields[first]?.tag !== TAG.integer || subject?.tag !== TAG.sequence) throw notDer();
  return subject;
}

const VERSION = 0xa0;
