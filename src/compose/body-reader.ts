/** Reads a body piece by piece, whatever it is made of, and gives it back when it is not wanted any more. */

/** A piece of a body; a string is sent as UTF-8. */
export type BodyChunk = Uint8Array | string;

/** A body that comes in pieces. An array can be sent many times, a stream or generator once. */
export type BodyStream = ReadableStream<BodyChunk> | AsyncIterable<BodyChunk> | Iterable<BodyChunk>;

/**
 * Reads one body.
 *
 * @example
 * const reader = new BodyReader(["one", "two"]);
 * await reader.read(); // "one"
 * reader.release();
 * await reader.read(); // undefined
 */
export class BodyReader {
  readonly #source: BodyStream;
  #iterator: AsyncIterator<BodyChunk> | Iterator<BodyChunk> | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  constructor(source: BodyStream) {
    this.#source = source;
  }

  /** The next piece; `undefined` at the end and after {@link release}, which also ends a pending read. */
  async read(): Promise<BodyChunk | undefined> {
    if (this.#ended) return undefined;
    this.#iterator ??= iterate(this.#source);
    const released = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    const result = await Promise.race([this.#next(this.#iterator), released]);
    if (result === undefined || this.#ended) return undefined;
    if (result.done !== true) return result.value;
    this.#ended = true;
    return undefined;
  }

  /**
   * Gives the body back: cancels a stream, destroys a Node stream, returns an iterator. Works before the
   * first read, while a read is pending and after the end; only the first call does anything.
   */
  release(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake?.();
    void giveBack(this.#source, this.#iterator);
  }

  async #next(iterator: AsyncIterator<BodyChunk> | Iterator<BodyChunk>): Promise<IteratorResult<BodyChunk>> {
    try {
      return await iterator.next();
    } catch (error) {
      // An iterator that threw is over: there is nothing to give back.
      if (this.#ended) return { done: true, value: undefined };
      this.#ended = true;
      throw error;
    }
  }
}

function iterate(source: BodyStream): AsyncIterator<BodyChunk> | Iterator<BodyChunk> {
  if (source instanceof ReadableStream) return streamIterator(source);
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

// Not every runtime can iterate a ReadableStream, and `cancel` must work while a read is pending.
function streamIterator(stream: ReadableStream<BodyChunk>): AsyncIterator<BodyChunk> {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    async return() {
      await reader.cancel();
      return { done: true, value: undefined };
    },
  };
}

async function giveBack(
  source: BodyStream,
  iterator: AsyncIterator<BodyChunk> | Iterator<BodyChunk> | undefined,
): Promise<void> {
  try {
    // Ending the iterator of a Node stream that was never read does not destroy the stream.
    if ("destroy" in source && typeof source.destroy === "function") source.destroy();
    else if (iterator !== undefined) await iterator.return?.();
    else if (source instanceof ReadableStream) await source.cancel();
  } catch {
    // The body is not wanted any more, and neither is the trouble it had while ending.
  }
}
