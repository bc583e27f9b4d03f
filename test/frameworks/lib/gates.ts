/** What a test and the app it looks at tell each other: the app reaches places, the test opens gates. */
import { setTimeout as sleep } from "node:timers/promises";

class Moment {
  readonly promise: Promise<void>;
  #resolve: () => void = () => {};

  constructor() {
    this.promise = new Promise((resolve) => (this.#resolve = resolve));
  }

  come(): void {
    this.#resolve();
  }
}

/** The gates of one app; each has a name, and stays open. */
export class Gates {
  readonly #moments = new Map<string, Moment>();

  /** For the app: waits until the test opens the gate. */
  wait(name: string): Promise<void> {
    return this.#moment(`gate ${name}`).promise;
  }

  /** For the test: lets the app through, now and later. */
  open(name: string): void {
    this.#moment(`gate ${name}`).come();
  }

  /** For the app: it has come to this place. */
  reach(name: string): void {
    this.#moment(`place ${name}`).come();
  }

  /** For the test: waits until the app was there; rejects when that takes too long. */
  async reached(name: string): Promise<void> {
    const abort = new AbortController();
    const late = sleep(10_000, undefined, { signal: abort.signal, ref: false }).then(
      () => Promise.reject(new Error(`the app never came to "${name}"`)),
      () => undefined,
    );
    await Promise.race([this.#moment(`place ${name}`).promise, late]);
    abort.abort();
  }

  #moment(name: string): Moment {
    const moment = this.#moments.get(name) ?? new Moment();
    this.#moments.set(name, moment);
    return moment;
  }
}
