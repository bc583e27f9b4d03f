/** The `Range` of a request (RFC 9110 §14). */

/** A part of a body: the first byte and how many. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * The one byte range a `Range` field asks of a body of `size` bytes. `"whole"` when the field is to be ignored:
 * another unit, several ranges, or not well-formed. `"none"` when no byte of it exists: answer 416.
 *
 * @example
 * parseRange("bytes=-500", 10_000); // { offset: 9500, length: 500 }
 */
export function parseRange(value: string, size: number): ByteRange | "whole" | "none" {
  const [, first = "", last = ""] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(value) ?? [];
  if (first === "" && last === "") return "whole";
  if (first === "") return suffix(Number(last), size);
  const offset = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < offset) return "whole";
  return offset >= size ? "none" : { offset, length: end - offset + 1 };
}

function suffix(wanted: number, size: number): ByteRange | "none" {
  const length = Math.min(wanted, size);
  return length === 0 ? "none" : { offset: size - length, length };
}
