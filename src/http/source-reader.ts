/** Reads values one by one, whatever they come from, and gives the source back when it is not wanted any more. */

/** Values that come one by one. An array can be read many times, a stream or generator once. */
export type ValueSource<Value> = ReadableStream<Value> | AsyncIterable<Value> | Iterable<Value>;

const END = { done: true, value: undefined } as const;

/**
 * Reads one source.
 *
 * @example
 * const reader = new SourceReader(["one", "two"]);
 * await reader.next(); // { done: false, value: "one" }
 * reader.release();
 * await reader.next(); // { done: true, value: undefined }
 */
export class SourceReader<Value> {
  readonly #source: ValueSource<Value>;
  #iterator: AsyncIterator<Value> | Iterator<Value> | undefined;
  #hasEnded = false;
  #wake: (() => void) | undefined;

  constructor(source: ValueSource<Value>) {
    this.#source = source;
  }

  /** The next value; done at the end and after {@link release}, which also ends a pending call. */
  async next(): Promise<IteratorResult<Value, undefined>> {
    if (this.#hasEnded) return END;
    this.#iterator ??= iterate(this.#source);
    const released = new Promise<undefined>((resolve) => {
      this.#wake = () => resolve(undefined);
    });
    const result = await Promise.race([this.#take(this.#iterator), released]);
    if (result === undefined || this.#hasEnded) return END;
    if (result.done !== true) return result;
    this.#hasEnded = true;
    return END;
  }

  /**
   * Gives the source back: cancels a stream, destroys a Node stream, returns an iterator. Works before the
   * first value, while one is waited for and after the end; only the first call does anything.
   */
  release(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#wake?.();
    void giveBack(this.#source, this.#iterator);
  }

  async #take(iterator: AsyncIterator<Value> | Iterator<Value>): Promise<IteratorResult<Value>> {
    try {
      return await iterator.next();
    } catch (error) {
      // An iterator that threw is over: there is nothing to give back.
      if (this.#hasEnded) return END;
      this.#hasEnded = true;
      throw error;
    }
  }
}

function iterate<Value>(source: ValueSource<Value>): AsyncIterator<Value> | Iterator<Value> {
  if (source instanceof ReadableStream) return streamIterator(source);
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

// Not every runtime can iterate a ReadableStream, and `cancel` must work while a read is pending.
function streamIterator<Value>(stream: ReadableStream<Value>): AsyncIterator<Value> {
  const reader = stream.getReader();
  return {
    async next() {
      const { done, value } = await reader.read();
      return done ? END : { done: false, value };
    },
    async return() {
      await reader.cancel();
      return END;
    },
  };
}

async function giveBack<Value>(
  source: ValueSource<Value>,
  iterator: AsyncIterator<Value> | Iterator<Value> | undefined,
): Promise<void> {
  try {
    // Ending the iterator of a Node stream that was never read does not destroy the stream.
    if ("destroy" in source && typeof source.destroy === "function") source.destroy();
    else if (iterator !== undefined) await iterator.return?.();
    else if (source instanceof ReadableStream) await source.cancel();
  } catch {
    // The source is not wanted any more, and neither is the trouble it had while ending.
  }
}
