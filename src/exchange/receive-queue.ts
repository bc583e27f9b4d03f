/** Calls of `receive` that wait for an event, served in the order of the calls (APP-10). */
import type { ReceiveOptions } from "../pagi/app.ts";

/**
 * Hands out what `next` gives. A call given up through its signal takes no event (APP-9).
 *
 * @example
 * const queue = new ReceiveQueue(() => events.shift());
 * const event = queue.receive();
 * events.push({ type: "lifespan.startup" });
 * queue.serve();
 */
export class ReceiveQueue<Event> {
  readonly #next: () => Event | undefined;
  #waiters: ((event: Event) => void)[] = [];

  constructor(next: () => Event | undefined) {
    this.#next = next;
  }

  /** True when a call waits. */
  get isWanted(): boolean {
    return this.#waiters.length > 0;
  }

  /** The next event; rejects with the signal's reason when that aborts first. */
  receive(options?: ReceiveOptions): Promise<Event> {
    const signal = options?.signal;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#waiters.length === 0) {
      const event = this.#next();
      if (event !== undefined) return Promise.resolve(event);
    }
    if (signal === undefined) return new Promise((resolve) => this.#waiters.push(resolve));
    return this.#waitUntil(signal);
  }

  #waitUntil(signal: AbortSignal): Promise<Event> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiters = this.#waiters.filter((other) => other !== waiter);
        reject(signal.reason);
      };
      const waiter = (event: Event): void => {
        signal.removeEventListener("abort", giveUp);
        resolve(event);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** Something may have come: serves waiting calls as long as there are events. */
  serve(): void {
    while (this.#waiters.length > 0) {
      const event = this.#next();
      if (event === undefined) return;
      this.#waiters.shift()!(event);
    }
  }
}
