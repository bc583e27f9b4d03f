/** Writes the response of one HTTP/2 stream. Frames and flow control are node's; what waits for the client is counted here. */
import type { ServerHttp2Stream, ServerStreamResponseOptions } from "node:http2";
import type { FieldFacts } from "../../exchange/field-facts.ts";
import type { ResponseHead, ResponseWire } from "../../exchange/wire.ts";
import type { Headers } from "../../pagi/scope.ts";
import type { ServerContext } from "../server-context.ts";
import { fieldBlock, headBlock, headList, sendBlock } from "./field-block.ts";

/** Bytes given to node at a time; the rest waits here, so that a deadline sees whether the client takes any. */
const PIECE_BYTES = 32_768;

const MORE: ServerStreamResponseOptions = {};
const LAST: ServerStreamResponseOptions = { endStream: true };
const BEFORE_TRAILERS: ServerStreamResponseOptions = { waitForTrailers: true };

/** Not every node of that version does; those that do not refuse the first one. */
let takesLists = Number.parseInt(process.versions.node, 10) >= 24;

/** What the output needs of its request. */
export interface StreamOwner {
  /** The response was written. */
  responseDone(): void;
  wantBody(): void;
  /** The rest of the stream is no HTTP. */
  upgraded(): void;
  /** Resets the stream. */
  cut(): void;
}

/** One per stream. */
export class Http2Output implements ResponseWire {
  readonly #stream: ServerHttp2Stream;
  readonly #context: ServerContext;
  readonly #owner: StreamOwner;
  #queue: Uint8Array[] | undefined;
  #queuedBytes = 0;
  #isEnding = false;
  #trailers: Headers | undefined;
  #waiters: (() => void)[] | undefined;
  #onWritten: (() => void) | undefined;
  /** True from the first byte of a response on. */
  isAnswering = false;
  /** True when the client needs nothing more of us. */
  isWhole = false;
  /** All bytes of the body that were accepted. */
  acceptedBytes = 0;
  readonly allowsTrailersWithLength = true;
  readonly highWaterMark: number;
  readonly lowWaterMark: number;

  constructor(stream: ServerHttp2Stream, context: ServerContext, owner: StreamOwner) {
    this.highWaterMark = context.limits.highWaterMark;
    this.lowWaterMark = context.limits.lowWaterMark;
    this.#stream = stream;
    this.#context = context;
    this.#owner = owner;
  }

  get bufferedAmount(): number {
    return this.#queuedBytes + this.#stream.writableLength;
  }

  /**
   * What has not left yet. The end is not among node's bytes, and waits for the connection's window like the last of them:
   * on a slow connection a stream must not be given up before.
   */
  get unsentBytes(): number {
    const stream = this.#stream;
    const bytes = this.bufferedAmount;
    if (bytes > 0 || this.isGone || !stream.writableEnded) return bytes;
    return stream.state.localClose === 1 ? 0 : 1;
  }

  /** True when nothing can be sent any more. */
  get isGone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  /** A response without a body ends its stream with the head, whenever the app says that it is complete. */
  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void {
    this.isAnswering = true;
    if (this.isGone) return;
    this.isWhole = head.isBodyless || (end && chunk.length === 0);
    if (head.hasTrailers && !this.isWhole) this.#stream.on("wantTrailers", () => this.#sendTrailers());
    this.#respond(head, this.isWhole ? LAST : head.hasTrailers ? BEFORE_TRAILERS : MORE);
    this.write(chunk, end);
  }

  #respond(head: ResponseHead, options: ServerStreamResponseOptions): void {
    const { date } = this.#context.clock;
    if (takesLists) {
      try {
        return this.#stream.respond(headList(head, date) as never, options);
      } catch (error) {
        takesLists = (error as NodeJS.ErrnoException).code !== "ERR_INVALID_ARG_TYPE";
      }
    }
    return sendBlock(headBlock(head, date), (fields) => this.#stream.respond(fields, options));
  }

  write(chunk: Uint8Array | string, end: boolean): void {
    if (!this.isWhole && !this.isGone) this.#append(chunk, end);
    if (end) this.#owner.responseDone();
  }

  trailers(_fields: FieldFacts, headers: Headers): void {
    this.#trailers = headers;
    this.write("", true);
  }

  #sendTrailers(): void {
    this.isWhole = true;
    if (this.isGone) return;
    sendBlock(fieldBlock(this.#trailers ?? []), (fields) => this.#stream.sendTrailers(fields));
  }

  informational(status: number, _fields: FieldFacts, headers: Headers): void {
    if (this.isGone || this.isAnswering) return;
    const block = { ":status": status, ...fieldBlock(headers) };
    sendBlock(block, (fields) => this.#stream.additionalHeaders(fields));
  }

  /** RFC 8441 §5: the stream belongs to another protocol from here on. */
  upgrade(_fields: FieldFacts, headers: Headers): void {
    this.isAnswering = true;
    if (this.isGone) return;
    const { date } = this.#context.clock;
    const block = { ":status": 200, date, ...fieldBlock(headers) };
    sendBlock(block, (fields) => this.#stream.respond(fields, MORE));
    this.#owner.upgraded();
  }

  /** Node writes at the end of each turn. */
  flush(): void {}

  wantBody(): void {
    this.#owner.wantBody();
  }

  whenDrained(listener: () => void): void {
    if (this.isGone || this.bufferedAmount < this.lowWaterMark) return queueMicrotask(listener);
    (this.#waiters ??= []).push(listener);
    if (this.#stream.writableEnded) this.#stream.once("finish", () => this.drained());
    return undefined;
  }

  /** Everything was written, or nothing will be any more: lets go who waits. */
  drained(): void {
    const waiters = this.#waiters ?? [];
    this.#waiters = undefined;
    for (const listener of waiters) listener();
  }

  abort(): void {
    this.#owner.cut();
  }

  /** Only this stream ends with its response. */
  closeAfter(): void {}

  /** One write goes to node as it is; more than it has room for waits its turn. */
  #append(chunk: Uint8Array | string, end: boolean): void {
    this.#isEnding = end;
    this.acceptedBytes += chunk.length;
    const mustWait = this.#queuedBytes > 0 || this.#stream.writableLength >= PIECE_BYTES;
    if (!mustWait && chunk.length <= PIECE_BYTES) return this.#hand(chunk, end);
    this.#enqueue(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    return this.#pump();
  }

  #enqueue(bytes: Uint8Array): void {
    const queue = (this.#queue ??= []);
    this.#queuedBytes += bytes.byteLength;
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) {
      queue.push(bytes.subarray(at, at + PIECE_BYTES));
    }
    // The end comes with the last piece, or alone.
    if (bytes.byteLength === 0) queue.push(bytes);
  }

  #hand(chunk: Uint8Array | string, end: boolean): void {
    const stream = this.#stream;
    if (end) {
      // What node has to say after the data are trailers.
      if (chunk.length === 0) stream.end();
      else stream.end(chunk);
      this.isWhole = this.#trailers === undefined;
    } else if (chunk.length > 0) {
      stream.write(chunk, (this.#onWritten ??= () => this.#written()));
    }
  }

  #written(): void {
    if (!this.isGone) this.#pump();
    if (this.isGone || this.bufferedAmount < this.lowWaterMark) this.drained();
  }

  #pump(): void {
    const queue = this.#queue;
    if (queue === undefined) return;
    while (queue.length > 0 && this.#stream.writableLength < PIECE_BYTES) {
      const piece = queue.shift()!;
      this.#queuedBytes -= piece.length;
      this.#hand(piece, this.#isEnding && queue.length === 0);
    }
  }
}
