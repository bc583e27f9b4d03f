/**
 * Reads the requests of one HTTP/1 connection from its bytes, one after the other. Without I/O: bytes go in by
 * {@link RequestReader.push}, heads and body pieces come out at the sink.
 */
import { ProtocolError } from "../../http/errors.ts";
import type { Headers } from "../../pagi/scope.ts";
import { type HeadLimits, HeadRecord, INCOMPLETE, NONE } from "./head-record.ts";
import { KnownFields } from "./known-fields.ts";
import { type BodyLimits, BodyReader, type BodyTools } from "./read-body.ts";
import { readFieldSection } from "./read-head.ts";
import { readRequestLine } from "./read-request-line.ts";

const CR = 13;
const LF = 10;
/** Up to this many bytes waiting requests are turned into one text. */
const MAX_SHARED_TEXT = 16_384;
const EMPTY = new Uint8Array(0);

/** How the reader copies: a server passes functions that know its buffers. */
export interface ByteTools extends BodyTools {
  /** One character per byte. */
  text(bytes: Uint8Array, from: number, to: number): string;
}

/** Where requests come out. */
export interface RequestSink {
  /** A head was read; `record` holds during the call. Its body follows, the next head only after `next()`. */
  onHead(record: HeadRecord, text: string): void;
  /** A piece of the body, which nobody else writes to. */
  onBody(piece: Uint8Array, isLast: boolean, trailers: Headers): void;
}

/**
 * One per connection.
 *
 * @example
 * const reader = new RequestReader(limits, tools, sink);
 * reader.push(bytes, bytes.length); // sink.onHead(...)
 * reader.next(); // the first request was answered
 */
export class RequestReader {
  readonly #limits: HeadLimits & BodyLimits;
  readonly #tools: ByteTools;
  readonly #sink: RequestSink;
  readonly #record: HeadRecord = new HeadRecord();
  readonly #known: KnownFields = new KnownFields();
  readonly #body: BodyReader;
  /** Bytes of our own that wait, from #at on. */
  #waiting: Uint8Array = EMPTY;
  #at = 0;
  /** The text of #waiting, made once for all the heads in it. */
  #waitingText: string | undefined;
  #isAnswering = false;
  #isReading = false;
  #isReleased = false;

  constructor(limits: HeadLimits & BodyLimits, tools: ByteTools, sink: RequestSink) {
    this.#limits = limits;
    this.#tools = tools;
    this.#sink = sink;
    this.#body = new BodyReader(limits, tools);
  }

  /** True while bytes are being taken: whatever is answered meanwhile may be joined by the next answer. */
  get isReading(): boolean {
    return this.#isReading;
  }

  /** True when the current request, as far as it was read, is a HEAD. */
  get isHead(): boolean {
    return this.#record.isHead;
  }

  /** True when the body of the current request has been read to its end. */
  get isBodyDone(): boolean {
    return this.#body.isDone;
  }

  /** Body bytes still to come, 0 when done, `undefined` when only the client knows. */
  get remainingBody(): number | undefined {
    return this.#body.remaining;
  }

  /** Bytes that wait: of an incomplete head, or of requests that come later. */
  get waitingBytes(): number {
    return this.#waiting.byteLength - this.#at;
  }

  /** Bytes of a head that is not whole yet; 0 while a request is read or answered. */
  get headBytes(): number {
    return this.#isAnswering || this.#isReading ? 0 : this.waitingBytes;
  }

  /** Takes bytes that hold during the call only. Throws a `ProtocolError` that carries the answer. */
  push(bytes: Uint8Array, length: number): void {
    const waiting = this.waitingBytes;
    if (waiting === 0) return this.#read(bytes, 0, length);
    const joined = this.#tools.allocate(waiting + length);
    joined.set(this.#waiting.subarray(this.#at));
    joined.set(bytes.subarray(0, length), waiting);
    this.#waiting = joined;
    this.#at = 0;
    this.#waitingText = undefined;
    if (this.#isAnswering && this.#body.isDone) return undefined;
    if (this.#body.isDone && this.#mayWait(bytes, length)) return undefined;
    return this.#read(joined, 0, joined.byteLength);
  }

  /** The current request was answered: goes on with what waits. */
  next(): void {
    this.#isAnswering = false;
    this.#record.isHead = false;
    if (this.#isReading || this.waitingBytes === 0) return;
    this.#read(this.#waiting, this.#at, this.#waiting.byteLength);
  }

  /**
   * Gives up reading: the bytes that wait, for whoever goes on with the connection. None while bytes are being
   * taken; what is left of those comes at the next call.
   */
  release(): Uint8Array {
    this.#isReleased = true;
    if (this.#isReading) return EMPTY;
    const waiting = this.#waiting.subarray(this.#at);
    this.#forget();
    return waiting;
  }

  #forget(): void {
    this.#waiting = EMPTY;
    this.#at = 0;
    this.#waitingText = undefined;
  }

  /**
   * A head that grows without finishing a line is not read again each time: slow senders must stay cheap.
   * A CR may be the last byte of a forbidden pair, so what follows one is looked at.
   */
  #mayWait(bytes: Uint8Array, length: number): boolean {
    if (this.waitingBytes > this.#limits.maxRequestLineBytes) return false;
    if (this.#waiting[this.waitingBytes - length - 1] === CR) return false;
    return bytes.subarray(0, length).indexOf(LF) === -1;
  }

  #read(bytes: Uint8Array, from: number, end: number): void {
    this.#isReading = true;
    let at = from;
    try {
      while (at < end && !this.#isReleased) {
        const next = this.#body.isDone ? this.#readHead(bytes, at, end) : this.#readBody(bytes, at, end);
        if (next === INCOMPLETE) break;
        at = next;
      }
    } finally {
      this.#isReading = false;
    }
    if (at >= end) return this.#forget();
    return this.#keep(bytes, at, end);
  }

  /** What is ours already stays where it is: the requests of a pipeline are copied once, not once each. */
  #keep(bytes: Uint8Array, from: number, end: number): void {
    this.#at = from;
    if (bytes === this.#waiting) return;
    this.#waiting = this.#tools.allocate(end - from);
    this.#waiting.set(bytes.subarray(from, end));
    this.#at = 0;
    this.#waitingText = undefined;
  }

  /** Heads that wait together are read as text together; a lone one, or one before a large body, by itself. */
  #textOf(bytes: Uint8Array, from: number, to: number): string {
    if (bytes !== this.#waiting || bytes.byteLength > MAX_SHARED_TEXT)
      return this.#tools.text(bytes, from, to);
    this.#waitingText ??= this.#tools.text(bytes, 0, bytes.byteLength);
    return this.#waitingText.slice(from, to);
  }

  #readBody(bytes: Uint8Array, at: number, end: number): number {
    const after = this.#body.read(bytes, at, end);
    const { isDone, trailers } = this.#body;
    const data = this.#body.takeData();
    if (data.byteLength > 0 || isDone) this.#sink.onBody(data, isDone, trailers);
    return after;
  }

  #readHead(bytes: Uint8Array, from: number, end: number): number {
    if (this.#isAnswering) return INCOMPLETE;
    const start = skipEmptyLine(bytes, from, end);
    if (start === INCOMPLETE) return INCOMPLETE;
    const record = this.#record;
    record.start = start;
    const fields = readRequestLine(record, bytes, end, this.#limits);
    if (fields === INCOMPLETE) return INCOMPLETE;
    const text = this.#knownHead(bytes, fields, end) ?? this.#newHead(bytes, end);
    if (text === undefined) return INCOMPLETE;
    if (record.contentLength > this.#limits.maxBodyBytes) {
      throw new ProtocolError(413, "content too large", "RFC 9110 §15.5.14");
    }
    if (record.isChunked) this.#body.startChunked();
    else if (record.contentLength > 0) this.#body.startFixed(record.contentLength);
    this.#isAnswering = true;
    this.#sink.onHead(record, text);
    return start + text.length;
  }

  /** The head's text, when its fields are those of the head before. */
  #knownHead(bytes: Uint8Array, fields: number, end: number): string | undefined {
    const record = this.#record;
    const after = this.#known.endAfter(record, bytes, fields, end);
    if (after === NONE) return undefined;
    const text = this.#textOf(bytes, record.start, after);
    return this.#known.areIn(text, record) ? text : undefined;
  }

  #newHead(bytes: Uint8Array, end: number): string | undefined {
    const record = this.#record;
    this.#known.forget();
    const after = readFieldSection(record, bytes, end, this.#limits);
    if (after === INCOMPLETE) return undefined;
    const text = this.#textOf(bytes, record.start, after);
    // A text that shares its characters with others would keep all of them.
    if (bytes !== this.#waiting) this.#known.note(text, record);
    return text;
  }
}

/** RFC 9112 §2.2: one empty line before a request line is let pass, for old clients that add it after a body. */
function skipEmptyLine(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from] !== CR) return from;
  if (from + 1 >= end) return INCOMPLETE;
  return bytes[from + 1] === LF ? (from + 2 < end ? from + 2 : INCOMPLETE) : from;
}

/** True when a head promises a body. */
export function hasBody(record: HeadRecord): boolean {
  return record.isChunked || (record.contentLength !== NONE && record.contentLength > 0);
}
