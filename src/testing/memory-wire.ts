/** The transport of the socketless client: keeps what an exchange writes until the test reads it. */
import { Buffer } from "node:buffer";
import { ClosedError } from "../http/errors.ts";
import { reasonPhrase } from "../http/status.ts";
import type { Headers } from "../pagi/scope.ts";
import type { FieldFacts } from "../exchange/field-facts.ts";
import type { ResponseHead, ResponseWire } from "../exchange/wire.ts";
import type { ClientHead, Informational } from "./client.ts";

/** What the wire is told about its request. */
export interface MemoryWireOptions {
  readonly httpVersion: "1.0" | "1.1";
  readonly highWaterMark: number;
  readonly lowWaterMark: number;
  /** The app asked for body bytes. */
  readonly onWantBody: () => void;
}

type Outcome = "open" | "complete" | "cut";

/**
 * Bytes count as buffered until the test reads them, so an app is held back by a test that does not read.
 * The head is what a server would write without its Date and its framing of unknown lengths.
 */
export class MemoryWire implements ResponseWire {
  readonly highWaterMark: number;
  readonly lowWaterMark: number;
  readonly allowsTrailersWithLength = false;
  readonly informationals: Informational[] = [];
  readonly #options: MemoryWireOptions;
  #head: ClientHead | undefined;
  #pieces: Buffer[] = [];
  #buffered = 0;
  #outcome: Outcome = "open";
  #trailers: Headers = [];
  #readers: (() => void)[] = [];
  #drained: (() => void)[] = [];

  constructor(options: MemoryWireOptions) {
    this.#options = options;
    this.highWaterMark = options.highWaterMark;
    this.lowWaterMark = options.lowWaterMark;
  }

  get bufferedAmount(): number {
    return this.#buffered;
  }

  /** True when the response ended properly and was read. */
  get isRead(): boolean {
    return this.#outcome === "complete" && this.#pieces.length === 0;
  }

  /** Fields after the body, once it was read. */
  get trailerFields(): Headers {
    return this.isRead ? this.#trailers : [];
  }

  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void {
    if (this.#outcome !== "open") return;
    this.#head = {
      status: head.status,
      statusText: head.statusText ?? reasonPhrase(head.status),
      headers: fieldsOf(head),
    };
    this.write(chunk, end);
  }

  write(chunk: Uint8Array | string, end: boolean): void {
    if (this.#outcome !== "open") return;
    // A copy: the app may reuse its memory as soon as its send has settled.
    const piece = Buffer.from(chunk);
    if (piece.length > 0) this.#pieces.push(piece);
    this.#buffered += piece.length;
    if (end) this.#outcome = "complete";
    this.#wakeReaders();
  }

  trailers(_fields: FieldFacts, headers: Headers): void {
    if (this.#options.httpVersion !== "1.0") this.#trailers = headers;
    this.write("", true);
  }

  informational(status: number, _fields: FieldFacts, headers: Headers): void {
    if (this.#options.httpVersion === "1.0" || this.#outcome !== "open") return;
    this.informationals.push({ status, headers });
    this.#wakeReaders();
  }

  /** Nothing waits here but for the test. */
  flush(): void {}

  wantBody(): void {
    this.#options.onWantBody();
  }

  whenDrained(listener: () => void): void {
    this.#drained.push(listener);
  }

  abort(): void {
    this.cut();
  }

  /** Nothing follows on this wire anyway. */
  closeAfter(): void {}

  /** The connection is gone: nothing more is written, and whoever waits goes on. */
  cut(): void {
    if (this.#outcome !== "open") return;
    this.#outcome = "cut";
    this.#buffered = 0;
    this.#wakeReaders();
    for (const listener of this.#drained.splice(0)) listener();
  }

  /** The head, once it was written. Rejects with a `ClosedError` when the wire is cut first. */
  async readHead(): Promise<ClientHead> {
    for (;;) {
      if (this.#head !== undefined) return this.#head;
      if (this.#outcome !== "open") throw new ClosedError("the connection was closed before a response");
      await this.#change();
    }
  }

  /** The next piece, or `undefined` at the end of all that comes. */
  async readPiece(): Promise<Uint8Array | undefined> {
    while (this.#pieces.length === 0) {
      if (this.#outcome !== "open") return undefined;
      await this.#change();
    }
    const piece = this.#pieces.shift();
    if (this.#outcome !== "cut") this.#taken(piece?.length ?? 0);
    return piece;
  }

  #taken(length: number): void {
    this.#buffered -= length;
    if (this.#buffered >= this.lowWaterMark) return;
    for (const listener of this.#drained.splice(0)) listener();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#readers.push(resolve));
  }

  #wakeReaders(): void {
    for (const wake of this.#readers.splice(0)) wake();
  }
}

/** The app's fields without those that belong to the connection, and the length the exchange knows. */
function fieldsOf(head: ResponseHead): Headers {
  const kept = head.headers.filter(([name]) => !head.fields.stripped.includes(name));
  if (head.length === undefined || head.fields.contentLength !== undefined) return kept;
  return [...kept, ["content-length", String(head.length)]];
}
