/** `psgi.input`: the request body (INPUT-*). */
import type { Receive } from "../../pagi/app.ts";
import type { ReceiveEvent } from "../../pagi/event.ts";
import type { PsgiInput } from "../../psgi/env.ts";
import { ClosedError, HttpError } from "../../http/errors.ts";
import { concatBytes } from "./pieces.ts";

const EMPTY = new Uint8Array(0);
const NOTHING = Promise.resolve(EMPTY);
const OVER = { value: undefined, done: true } as const;

/** Reads the body from the server piece by piece; nothing is asked of the server before the first `read`. */
export class StreamedInput implements PsgiInput {
  readonly #receive: Receive;
  #rest: Uint8Array = EMPTY;
  #ended = false;

  constructor(receive: Receive) {
    this.#receive = receive;
  }

  /** Trick "no frames": promises by hand cost half of what async functions do here; bench workload echo-1k. */
  read(length?: number): Promise<Uint8Array> {
    if (this.#rest.byteLength > 0) return Promise.resolve(this.#take(length));
    if (this.#ended) return NOTHING;
    return this.#receive().then((event) => {
      this.#accept(event);
      return this.#rest.byteLength > 0 ? this.#take(length) : this.read(length);
    });
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    return iterate(this);
  }

  #accept(event: ReceiveEvent): void {
    if (event.type === "http.request" || event.type === "sse.request") {
      this.#rest = event.body;
      this.#ended = !event.more;
      return;
    }
    // INPUT-5: half a body must not be mistaken for a whole one.
    const reason = "reason" in event ? event.reason : null;
    throw new ClosedError(`psgi.input: the request body was cut short (${reason ?? "the exchange is over"})`);
  }

  #take(length: number | undefined): Uint8Array {
    const rest = this.#rest;
    if (length === undefined || length >= rest.byteLength) {
      this.#rest = EMPTY;
      return rest;
    }
    this.#rest = rest.subarray(length);
    return rest.subarray(0, length);
  }
}

/** A body that is all there: `psgix.input.buffered` is true, so `seek` works. */
export class BufferedInput implements PsgiInput {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async read(length?: number): Promise<Uint8Array> {
    const end = length === undefined ? this.#bytes.byteLength : this.#position + length;
    const piece = this.#bytes.subarray(this.#position, end);
    this.#position += piece.byteLength;
    return piece;
  }

  seek(position: number, whence: 0 | 1 | 2 = 0): boolean {
    const base = whence === 0 ? 0 : whence === 1 ? this.#position : this.#bytes.byteLength;
    const target = base + position;
    if (!Number.isInteger(target) || target < 0 || target > this.#bytes.byteLength) return false;
    this.#position = target;
    return true;
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    return iterate(this);
  }
}

/** What `for await` takes from an input: its pieces until the empty one. */
function iterate(input: PsgiInput): AsyncIterableIterator<Uint8Array> {
  let isOver = false;
  return {
    next: () =>
      isOver
        ? Promise.resolve(OVER)
        : input.read().then((value) => {
            isOver = value.byteLength === 0;
            return isOver ? OVER : { value, done: false };
          }),
    return: () => {
      isOver = true;
      return Promise.resolve(OVER);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Reads the whole body; a longer one than `limit` bytes throws an `HttpError` 413. */
export async function bufferInput(receive: Receive, limit: number): Promise<BufferedInput> {
  const stream = new StreamedInput(receive);
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of stream) {
    size += piece.byteLength;
    if (size > limit) throw new HttpError(413, `the request body is longer than ${limit} bytes`);
    pieces.push(piece);
  }
  return new BufferedInput(concatBytes(pieces));
}
