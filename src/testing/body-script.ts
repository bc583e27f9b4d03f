/** A request body that a test writes piece by piece while the exchange runs. */

/**
 * Yields what is pushed, when it is pushed.
 *
 * @example
 * const body = new BodyScript();
 * const exchange = client.open({ method: "POST", body });
 * body.push("first");
 * assert.deepEqual(await exchange.read(), Buffer.from("first"));
 * body.end();
 */
export class BodyScript implements AsyncIterable<Uint8Array | string> {
  readonly #pieces: (Uint8Array | string)[] = [];
  #ended = false;
  #wake: (() => void) | undefined;
  #taken = 0;

  /** How many pieces the client has taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** Adds a piece. */
  push(piece: Uint8Array | string): this {
    this.#pieces.push(piece);
    this.#wakeUp();
    return this;
  }

  /** Nothing follows. */
  end(): this {
    this.#ended = true;
    this.#wakeUp();
    return this;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array | string> {
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        this.#taken += 1;
        yield piece;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}
