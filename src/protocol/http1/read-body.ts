/**
 * Reads the body of an HTTP/1.x request from bytes as they arrive: of a known length, or chunked
 * (RFC 9112 §6, §7.1). Without I/O; nobody else writes to the bytes it hands out.
 */
import { ProtocolError } from "../../http/errors.ts";
import { mayTrail } from "../../http/trailers.ts";
import { badRequest } from "./head-record.ts";
import { ChunkLineReader } from "./read-chunk-line.ts";

/** Bounds of a request body. */
export interface BodyLimits {
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaderCount: number;
}

/** How body bytes become the app's own: a server passes its pool, and may give away bytes instead of copying them. */
export interface BodyTools {
  /** Room for `size` bytes, not necessarily cleared. */
  allocate(size: number): Uint8Array;
  /** `bytes[from..to)` to keep: a copy, or those very bytes when nobody writes over them any more. */
  keep(bytes: Uint8Array, from: number, to: number): Uint8Array;
}

const FRESH: BodyTools = {
  allocate: (size) => new Uint8Array(size),
  // `slice` of Node's own Buffer would be a view.
  keep: (bytes, from, to) => Uint8Array.prototype.slice.call(bytes, from, to),
};

type State = "idle" | "fixed" | "size" | "data" | "data-end" | "trailer" | "done";

const CR = 13;
const LF = 10;
const EMPTY = new Uint8Array(0);

/**
 * One reader per connection, started anew for each body.
 *
 * @example
 * reader.startChunked();
 * const consumed = reader.read(bytes, 0, bytes.length);
 * use(reader.takeData(), reader.isDone, reader.trailers);
 */
export class BodyReader {
  readonly #limits: BodyLimits;
  readonly #lines: ChunkLineReader;
  #state: State = "idle";
  #remaining = 0;
  #received = 0;
  #trailers: (readonly [string, string])[] = [];
  #data: Uint8Array = EMPTY;
  readonly #tools: BodyTools;

  constructor(limits: BodyLimits, tools: BodyTools = FRESH) {
    this.#limits = limits;
    this.#tools = tools;
    this.#lines = new ChunkLineReader(limits.maxHeaderBytes);
  }

  /** True when the whole body was read; also before the first start. */
  get isDone(): boolean {
    return this.#state === "done" || this.#state === "idle";
  }

  /** Bytes still to come when the length is known; `undefined` for chunked. */
  get remaining(): number | undefined {
    if (this.isDone) return 0;
    return this.#state === "fixed" ? this.#remaining : undefined;
  }

  /** The trailer fields of a chunked body, once {@link isDone}. */
  get trailers(): readonly (readonly [string, string])[] {
    return this.#trailers;
  }

  /** The body bytes of the last {@link read}; they are let go, so that an idle connection keeps none. */
  takeData(): Uint8Array {
    const data = this.#data;
    this.#data = EMPTY;
    return data;
  }

  /** Starts a body of `length` bytes. */
  startFixed(length: number): void {
    this.#begin(length === 0 ? "done" : "fixed");
    this.#remaining = length;
  }

  /** Starts a chunked body. */
  startChunked(): void {
    this.#begin("size");
  }

  #begin(state: State): void {
    this.#state = state;
    this.#received = 0;
    if (this.#trailers.length > 0) this.#trailers = [];
    this.#data = EMPTY;
    this.#lines.clear();
  }

  /**
   * Takes what belongs to the body from `bytes[from..end)` and returns the offset after it. Throws a
   * `ProtocolError` with 400, or 413 when the body grows over its limit.
   */
  read(bytes: Uint8Array, from: number, end: number): number {
    if (this.#state === "fixed") return this.#readFixed(bytes, from, end);
    return this.#readChunked(bytes, from, end);
  }

  #readFixed(bytes: Uint8Array, from: number, end: number): number {
    const to = Math.min(end, from + this.#remaining);
    this.#data = this.#tools.keep(bytes, from, to);
    this.#remaining -= to - from;
    if (this.#remaining === 0) this.#state = "done";
    return to;
  }

  /** Decoded data is never longer than the bytes that carry it, so one buffer of their size is enough. */
  #readChunked(bytes: Uint8Array, from: number, end: number): number {
    const out = this.#tools.allocate(end - from);
    let filled = 0;
    let at = from;
    while (at < end && !this.isDone) {
      if (this.#state !== "data") {
        at = this.#readLine(bytes, at, end);
        continue;
      }
      const to = Math.min(end, at + this.#remaining);
      out.set(bytes.subarray(at, to), filled);
      filled += to - at;
      this.#remaining -= to - at;
      if (this.#remaining === 0) this.#state = "data-end";
      at = to;
    }
    this.#data = filled === 0 ? EMPTY : out.subarray(0, filled);
    return at;
  }

  #readLine(bytes: Uint8Array, from: number, end: number): number {
    if (this.#state === "data-end") return this.#readDataEnd(bytes, from);
    const after = this.#lines.read(bytes, from, end);
    if (!this.#lines.isComplete) return after;
    if (this.#state === "size") this.#startChunk(this.#lines.takeSize());
    else this.#noteTrailer(this.#lines.takeField());
    return after;
  }

  /** RFC 9112 §7.1: chunk data is followed by CRLF; #remaining 0 waits for CR, -1 for LF. */
  #readDataEnd(bytes: Uint8Array, at: number): number {
    const expected = this.#remaining === 0 ? CR : LF;
    if (bytes[at] !== expected) throw badRequest("chunk data without CRLF", "RFC 9112 §7.1");
    if (expected === CR) this.#remaining = -1;
    else this.#state = "size";
    return at + 1;
  }

  #startChunk(size: number): void {
    this.#received += size;
    if (this.#received > this.#limits.maxBodyBytes) {
      throw new ProtocolError(413, "content too large", "RFC 9110 §15.5.14");
    }
    this.#remaining = size;
    this.#state = size === 0 ? "trailer" : "data";
  }

  #noteTrailer(field: readonly [string, string] | undefined): void {
    if (field === undefined) {
      this.#state = "done";
      return;
    }
    if (this.#trailers.length >= this.#limits.maxHeaderCount) {
      throw new ProtocolError(431, "too many trailer fields", "RFC 6585 §5");
    }
    if (mayTrail(field[0])) this.#trailers.push(field);
  }
}
