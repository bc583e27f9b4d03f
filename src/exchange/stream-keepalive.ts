/** Comments on a quiet stream, so that nobody between server and client takes it for dead (SSE-9). */
import { commentText } from "../http/event-stream.ts";
import type { HttpExchange } from "./http-exchange.ts";
import type { ResponseWire } from "./wire.ts";

/** The longest time a timer can be set to; a longer one would run at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** One per stream; costs nothing before it is asked for. */
export class StreamKeepalive {
  readonly #http: HttpExchange;
  readonly #wire: ResponseWire;
  readonly #isHead: boolean;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isWatching = false;

  constructor(http: HttpExchange, wire: ResponseWire, isHead: boolean) {
    this.#http = http;
    this.#wire = wire;
    this.#isHead = isHead;
  }

  /** Writes `comment` every so many seconds; 0 stops. The last call wins. */
  every(seconds: number, comment = ""): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (seconds === 0 || this.#isHead) return;
    const text = commentText(comment);
    this.#timer = setInterval(() => this.#beat(text), Math.min(seconds * 1000, LONGEST_MS));
    // A timer alone keeps no process; a runtime without processes gives a number.
    if (typeof this.#timer === "object") this.#timer.unref();
    this.#watch();
  }

  /** A client that has not taken what was sent needs no proof of life, and would only be given more to take. */
  #beat(text: string): void {
    if (this.#wire.bufferedAmount === 0) this.#wire.write(text, false);
  }

  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const stop = (): void => clearInterval(this.#timer);
    this.#http.connection.onDisconnect(stop);
    this.#http.connection.onComplete(stop);
  }
}
