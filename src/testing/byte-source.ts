/** Bytes that arrive in pieces of any size, read as lines and blocks. */
import { ClosedError } from "../http/errors.ts";

const HIGH_WATER = 64 * 1024;

/** Told when the queue is full and when it may be filled again, so that backpressure is real. */
export interface SourceValve {
  pause(): void;
  resume(): void;
}

/**
 * A queue of bytes between a transport that pushes and a reader that pulls.
 * Every reading method waits until it has what it was asked for.
 */
export class ByteSource {
  readonly #valve: SourceValve | undefined;
  #buffer: Buffer = Buffer.alloc(0);
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(valve?: SourceValve) {
    this.#valve = valve;
  }

  /** Bytes that wait to be read. */
  get size(): number {
    return this.#buffer.length;
  }

  /** True when no more bytes will come and none wait. */
  get exhausted(): boolean {
    return this.#ended && this.#buffer.length === 0;
  }

  push(bytes: Uint8Array): void {
    if (this.#ended) return;
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#buffer, bytes]);
    if (this.#buffer.length >= HIGH_WATER) this.#valve?.pause();
    this.#wakeUp();
  }

  /** No more bytes will come. */
  finish(): void {
    this.#ended = true;
    this.#wakeUp();
  }

  /**
   * One line without its CRLF, as a byte string; `undefined` when the end comes before its first byte.
   * Rejects with a {@link ClosedError} when the end comes inside the line.
   */
  async line(): Promise<string | undefined> {
    for (;;) {
      const end = this.#buffer.indexOf("\n");
      if (end !== -1)
        return this.#take(end + 1)
          .toString("latin1")
          .slice(0, -1);
      if (this.exhausted) return undefined;
      if (this.#ended) throw new ClosedError(`the connection was closed inside the line ${this.#preview()}`);
      await this.#more();
    }
  }

  /** What is there, at most `limit` bytes; `undefined` at the end. */
  async some(limit: number = HIGH_WATER): Promise<Uint8Array | undefined> {
    while (this.#buffer.length === 0) {
      if (this.#ended) return undefined;
      await this.#more();
    }
    return this.#take(Math.min(limit, this.#buffer.length));
  }

  /** Everything up to the end. */
  async rest(): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    for (let piece = await this.some(); piece !== undefined; piece = await this.some()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  #take(length: number): Buffer {
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    if (this.#buffer.length < HIGH_WATER) this.#valve?.resume();
    return taken;
  }

  #more(): Promise<void> {
    this.#valve?.resume();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  #preview(): string {
    return JSON.stringify(this.#buffer.subarray(0, 60).toString("latin1"));
  }
}
