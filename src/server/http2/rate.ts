/** How often something may happen. */

/**
 * Lets as many through each second as it is told, and at most those of one second at once.
 *
 * @example
 * const rate = new Rate(100, clock.now);
 * if (!rate.take(clock.now)) throw new Error("too many");
 */
export class Rate {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = now;
  }

  /** Counts one; false when that is one too many. `now` in milliseconds, as coarse as it may be. */
  take(now: number): boolean {
    const refilled = this.#left + ((now - this.#at) * this.#perSecond) / 1000;
    this.#at = now;
    this.#left = Math.min(this.#perSecond, refilled) - 1;
    return this.#left >= 0;
  }
}
