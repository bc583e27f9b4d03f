/** Comments on a quiet stream, so that nobody between server and client takes it for dead (SSE-9). */
import { commentText } from "../http/event-stream.ts";
import { Deadline } from "./deadline.ts";
import type { HttpExchange } from "./http-exchange.ts";
import type { ResponseWire } from "./wire.ts";

/** One per stream; costs nothing before it is asked for. */
export class StreamKeepalive {
  readonly #http: HttpExchange;
  readonly #wire: ResponseWire;
  readonly #isHead: boolean;
  #next: Deadline | undefined;

  constructor(http: HttpExchange, wire: ResponseWire, isHead: boolean) {
    this.#http = http;
    this.#wire = wire;
    this.#isHead = isHead;
  }

  /** Writes `comment` every so many seconds; 0 stops. The last call wins. */
  every(seconds: number, comment = ""): void {
    if (this.#isHead) return;
    this.#next ??= this.#deadline();
    this.#repeat(this.#next, seconds * 1000, commentText(comment));
  }

  #repeat(next: Deadline, milliseconds: number, text: string): void {
    next.set(milliseconds, () => {
      this.#repeat(next, milliseconds, text);
      this.#beat(text);
    });
  }

  /** A client that has not taken what was sent needs no proof of life, and would only be given more to take. */
  #beat(text: string): void {
    if (this.#wire.bufferedAmount === 0) this.#wire.write(text, false);
  }

  /** Ends with the stream, however that ends. */
  #deadline(): Deadline {
    const next = new Deadline();
    const stop = (): void => next.clear();
    this.#http.connection.onDisconnect(stop);
    this.#http.connection.onComplete(stop);
    return next;
  }
}
