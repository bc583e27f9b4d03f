/** One point in time at which something is overdue. */

/** The longest time a timer can be set to; a longer one would run at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * A timer that is set again and again, and keeps no process alive.
 *
 * @example
 * const deadline = new Deadline();
 * deadline.set(5000, () => giveUp());
 * deadline.clear();
 */
export class Deadline {
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** True while it is set. */
  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** Calls `passed` after this long, in place of what was set before; never when that is 0. */
  set(milliseconds: number, passed: () => void): void {
    this.clear();
    if (milliseconds <= 0) return;
    const run = (): void => {
      this.#timer = undefined;
      passed();
    };
    this.#timer = setTimeout(run, Math.min(milliseconds, LONGEST_MS));
    // A runtime without processes gives a number.
    if (typeof this.#timer === "object") this.#timer.unref();
  }

  clear(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
