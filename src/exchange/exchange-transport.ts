/** The `transport` object of a scope (TRANS-*): a view of the outbound queue, made only when somebody asks. */
import type { Logger } from "../pagi/extension.ts";
import type { Transport } from "../pagi/connection.ts";
import { callListener } from "./call-listener.ts";
import { describeError } from "./describe-error.ts";
import type { ResponseWire } from "./wire.ts";

/** Reports crossings of the marks; the exchange tells it when pacing starts and ends. */
export class ExchangeTransport implements Transport {
  readonly #wire: ResponseWire;
  readonly #log: Logger;
  readonly #highListeners: (() => void)[] = [];
  readonly #drainListeners: (() => void)[] = [];
  #isHigh = false;

  constructor(wire: ResponseWire, log: Logger) {
    this.#wire = wire;
    this.#log = log;
    this.#isHigh = wire.bufferedAmount >= wire.highWaterMark;
  }

  get bufferedAmount(): number {
    return this.#wire.bufferedAmount;
  }

  get highWaterMark(): number {
    return this.#wire.highWaterMark;
  }

  get lowWaterMark(): number {
    return this.#wire.lowWaterMark;
  }

  onHighWater(listener: () => void): void {
    this.#highListeners.push(listener);
    if (this.#isHigh) queueMicrotask(() => this.#call(listener));
  }

  onDrain(listener: () => void): void {
    this.#drainListeners.push(listener);
  }

  /** The queue has reached the high mark. */
  reachedHigh(): void {
    if (this.#isHigh) return;
    this.#isHigh = true;
    for (const listener of this.#highListeners) this.#call(listener);
  }

  /** The queue has fallen below the low mark. */
  drained(): void {
    if (!this.#isHigh) return;
    this.#isHigh = false;
    for (const listener of this.#drainListeners) this.#call(listener);
  }

  #call(listener: () => void): void {
    callListener(listener, (error) => {
      this.#log({ level: "error", message: `transport listener failed: ${describeError(error)}` });
    });
  }
}
