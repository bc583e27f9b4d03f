/** Coarse time for a server: one timer a second keeps the `date` line and wakes who watches deadlines. */

/** Calls `tick` at an interval with the milliseconds of a monotonic clock. */
export class Clock {
  readonly #timer: NodeJS.Timeout;
  #second = -1;
  /** Milliseconds, as old as one tick; for deadlines only. */
  now: number = performance.now();
  /** The value of a `date` field, renewed each second (RFC 9110 §6.6.1). */
  date = "";
  /** The same as a line: `date: ...\r\n`. */
  dateLine = "";

  constructor(intervalMs: number, tick: (now: number) => void) {
    this.#renew();
    this.#timer = setInterval(() => {
      this.#renew();
      tick(this.now);
    }, intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #renew(): void {
    this.now = performance.now();
    const second = Math.floor(Date.now() / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.date = new Date(second * 1000).toUTCString();
    this.dateLine = `date: ${this.date}\r\n`;
  }
}
