/**
 * The fields of the head that a connection sent last. Most clients send the same ones with every request; what is
 * the same to the byte means the same, and is not read again.
 * Trick "same fields": bench workload browser.
 */
import { type HeadRecord, NONE } from "./head-record.ts";

const CR = 13;
const LF = 10;
/** Shorter ones are read as fast as compared. */
const MIN_CHARS = 64;
/** Longer ones are read each time: nothing of a large head is kept for a connection's life. */
const MAX_CHARS = 2048;

/** One per connection. What it knows is what the connection's record says of the fields. */
export class KnownFields {
  #text = "";
  #minor = NONE;

  /** Where a head would end whose fields start at `from`, or {@link NONE} when it is another one for sure. */
  endAfter(record: HeadRecord, bytes: Uint8Array, from: number, end: number): number {
    const after = from + this.#text.length;
    if (after > end || this.#text === "" || record.minor !== this.#minor) return NONE;
    const isEnd = bytes[after - 1] === LF && bytes[after - 2] === CR && bytes[after - 3] === LF;
    return isEnd ? after : NONE;
  }

  /** True when the head `text` has these fields: then the record holds for it too. */
  areIn(text: string, record: HeadRecord): boolean {
    return text.slice(record.fieldsStart) === this.#text;
  }

  /** Keeps the fields of a head that was read whole. */
  note(text: string, record: HeadRecord): void {
    const length = text.length - record.fieldsStart;
    this.#text = length >= MIN_CHARS && length <= MAX_CHARS ? text.slice(record.fieldsStart) : "";
    this.#minor = record.minor;
  }

  /** The record is about to change. */
  forget(): void {
    this.#text = "";
  }
}
