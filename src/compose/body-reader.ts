/** Reads a body piece by piece, whatever it is made of, and gives it back when it is not wanted any more. */
import { SourceReader, type ValueSource } from "../http/source-reader.ts";

/** A piece of a body; a string is sent as UTF-8. */
export type BodyChunk = Uint8Array | string;

/** A body that comes in pieces. An array can be sent many times, a stream or generator once. */
export type BodyStream = ValueSource<BodyChunk>;

/**
 * Reads one body.
 *
 * @example
 * const reader = new BodyReader(["one", "two"]);
 * await reader.read(); // "one"
 * reader.release();
 * await reader.read(); // undefined
 */
export class BodyReader extends SourceReader<BodyChunk> {
  /** The next piece; `undefined` at the end and after `release`, which also ends a pending read. */
  async read(): Promise<BodyChunk | undefined> {
    return (await this.next()).value;
  }
}
