/** Writes the responses of an HTTP/1 connection: framing is decided here and nowhere else (RFC 9112 §6, §7, §9). */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import type { Headers } from "../pagi/scope.ts";
import type { FieldFacts } from "../exchange/field-facts.ts";
import type { ResponseHead, ResponseWire } from "../exchange/wire.ts";
import { latin1 } from "./byte-tools.ts";
import type { OutputOwner } from "./output-owner.ts";
import type { ServerContext } from "./server-context.ts";
import { refusalText } from "./refusal.ts";
import { statusLine } from "./status-line.ts";

/** Bytes up to this size join the text of the head, so head and body leave in one write. */
const JOINED_BYTES = 4096;
/** Text beyond this size does not wait for the end of the turn. */
const EAGER_CHARS = 16_384;

/**
 * One per connection. What a turn produces is collected and written once.
 * Trick "one write a turn": bench workloads hello and pipelined.
 */
export class Http1Output implements ResponseWire {
  readonly #socket: Socket;
  readonly #context: ServerContext;
  readonly #owner: OutputOwner;
  #text = "";
  #isFlushPlanned = false;
  #waiters: (() => void)[] = [];
  #minor = 1;
  #isChunked = false;
  #isCloseDelimited = false;
  /** True from the first byte of a response to its last. */
  isAnswering = false;
  /** Whether the connection lives on after this response. */
  keepAlive = true;
  #isPending = false;
  readonly allowsTrailersWithLength = false;
  readonly highWaterMark: number;
  readonly lowWaterMark: number;

  constructor(socket: Socket, context: ServerContext, owner: OutputOwner) {
    this.highWaterMark = context.limits.highWaterMark;
    this.lowWaterMark = context.limits.lowWaterMark;
    this.#socket = socket;
    this.#context = context;
    this.#owner = owner;
  }

  /** The socket is asked only when its last write left something behind: most never do. */
  get bufferedAmount(): number {
    return (this.#isPending ? this.#socket.writableLength : 0) + this.#text.length;
  }

  /** The next response answers a request of this version. */
  begin(minor: number, keepAlive: boolean): void {
    this.#minor = minor;
    this.keepAlive = keepAlive;
    this.#isChunked = false;
    this.#isCloseDelimited = false;
  }

  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void {
    this.#text += this.#headText(head);
    this.isAnswering = true;
    if (this.#isChunked) this.#appendChunk(chunk);
    else this.#append(chunk, head.length);
    this.#written(end);
  }

  write(chunk: Uint8Array | string, end: boolean): void {
    if (this.#isChunked) this.#appendChunk(chunk);
    else this.#append(chunk, undefined);
    if (end && this.#isChunked) this.#text += "0\r\n\r\n";
    this.#written(end);
  }

  /** Chunked responses carry trailers; elsewhere they are dropped (HTTP-20). */
  trailers(fields: FieldFacts, _headers: Headers): void {
    if (this.#isChunked) this.#text += `0\r\n${fields.lines}\r\n`;
    this.#written(true);
  }

  /** EXT-HINT-3: an HTTP/1.0 client would not understand it (RFC 9110 §15.2). */
  informational(status: number, fields: FieldFacts, _headers: Headers): void {
    if (this.#minor === 0) return;
    this.#text += `${statusLine(status)}${fields.lines}\r\n`;
    this.flush();
  }

  /** The connection belongs to another protocol from here on: what is written leaves as it is (RFC 9110 §7.8). */
  upgrade(fields: FieldFacts, _headers: Headers): void {
    this.#text += `${statusLine(101)}${fields.lines}connection: upgrade\r\n\r\n`;
    this.isAnswering = true;
    this.keepAlive = false;
    this.#owner.upgraded();
    this.flushSoon();
  }

  /** Answers a request that never reached the app, in plain text, as the last one of its connection. */
  refuse(status: number, isHead: boolean): void {
    this.#text += refusalText(status, this.#context.clock.dateLine, isHead);
    this.flush();
  }

  flush(): void {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    this.#socket.write(text, "latin1");
    this.#isPending = this.#socket.writableLength > 0;
  }

  wantBody(): void {
    this.#owner.wantBody();
  }

  whenDrained(listener: () => void): void {
    this.flush();
    const { destroyed, writableLength, writableNeedDrain, writableEnded } = this.#socket;
    const willTell = !destroyed && writableLength > 0 && (writableNeedDrain || writableEnded);
    if (!willTell) return queueMicrotask(listener);
    if (this.#waiters.push(listener) === 1) this.#socket.once("drain", () => this.drained());
  }

  /** Everything was written, or nothing will be any more: lets go who waits. */
  drained(): void {
    for (const listener of this.#waiters.splice(0)) listener();
  }

  /** Writes what was collected and ends our side. No drain is reported after an end, so the end is. */
  end(): void {
    this.flush();
    // To end what is over makes an error, with its stack, for nobody.
    if (this.#socket.writableFinished) return this.drained();
    this.#socket.end(() => this.drained());
  }

  abort(): void {
    this.flush();
    this.#owner.cut(this.#isCloseDelimited);
  }

  closeAfter(): void {
    this.keepAlive = false;
  }

  #headText(head: ResponseHead): string {
    const { fields, length } = head;
    if (length === undefined && !head.isBodyless) this.#frame();
    if (fields.wantsClose || !this.#owner.mayKeepAlive()) this.keepAlive = false;
    if (head.statusText !== undefined) return this.#makeHead(head);
    const key = this.#headKey(head);
    const known = fields.knownHead;
    if (known.key === key && known.length === length && known.dateLine === this.#context.clock.dateLine) {
      return known.text;
    }
    known.key = key;
    known.length = length;
    known.dateLine = this.#context.clock.dateLine;
    known.text = this.#makeHead(head);
    return known.text;
  }

  /** Everything besides fields, length and date that the text of a head depends on. */
  #headKey(head: ResponseHead): number {
    const flags = (this.keepAlive ? 1 : 0) + (this.#minor << 1) + (this.#isChunked ? 4 : 0);
    return (head.status << 3) + flags;
  }

  #makeHead(head: ResponseHead): string {
    const { fields, length } = head;
    let text = statusLine(head.status, head.statusText) + fields.lines;
    if (!fields.hasDate) text += this.#context.clock.dateLine;
    if (this.#isChunked) text += "transfer-encoding: chunked\r\n";
    else if (length !== undefined && fields.contentLength === undefined)
      text += `content-length: ${length}\r\n`;
    return `${text}${this.#connectionLine(fields.hasUpgrade)}\r\n`;
  }

  /** Without a length: chunked on HTTP/1.1, closing on HTTP/1.0 (HTTP-32). */
  #frame(): void {
    this.#isChunked = this.#minor === 1;
    this.#isCloseDelimited = this.#minor === 0;
    if (this.#isCloseDelimited) this.keepAlive = false;
  }

  #connectionLine(hasUpgrade: boolean): string {
    if (hasUpgrade) return this.keepAlive ? "connection: upgrade\r\n" : "connection: close, upgrade\r\n";
    if (!this.keepAlive) return "connection: close\r\n";
    return this.#minor === 0 ? "connection: keep-alive\r\n" : "";
  }

  /** `length` tells that a text is plain ASCII: then as many bytes as characters leave. */
  #append(chunk: Uint8Array | string, length: number | undefined): void {
    if (typeof chunk !== "string") return this.#appendBytes(chunk);
    if (chunk.length === length || chunk.length === 0) this.#text += chunk;
    else this.#appendBytes(Buffer.from(chunk));
  }

  #appendChunk(chunk: Uint8Array | string): void {
    if (chunk.length === 0) return;
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    this.#text += `${bytes.byteLength.toString(16)}\r\n`;
    this.#appendBytes(bytes);
    this.#text += "\r\n";
  }

  /** Small pieces are copied into the text; a large one leaves at once, behind what was collected. */
  #appendBytes(bytes: Uint8Array): void {
    if (bytes.byteLength <= JOINED_BYTES) {
      this.#text += latin1(bytes);
      return;
    }
    this.#socket.cork();
    this.flush();
    this.#socket.write(bytes);
    this.#socket.uncork();
    this.#isPending = this.#socket.writableLength > 0;
  }

  #written(end: boolean): void {
    if (end) {
      this.isAnswering = false;
      this.#owner.responseDone();
    }
    if (this.#owner.isReading) return;
    if (this.#text.length > EAGER_CHARS || (end && !this.#owner.isAnsweringNext)) this.flush();
    else this.flushSoon();
  }

  /** Flushes when the turn is over: after the microtasks of apps that answer without waiting for anything. */
  flushSoon(): void {
    if (this.#isFlushPlanned || this.#text === "") return;
    this.#isFlushPlanned = true;
    queueMicrotask(() =>
      process.nextTick(() => {
        this.#isFlushPlanned = false;
        this.flush();
      }),
    );
  }
}
