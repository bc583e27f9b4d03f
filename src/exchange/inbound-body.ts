/** The request body on its way to the app: queued pieces, and calls of `receive` that wait for one. */
import type { DisconnectReason } from "../pagi/connection.ts";
import type { HttpDisconnectEvent, HttpReceiveEvent } from "../pagi/event.ts";
import type { ReceiveOptions } from "../pagi/app.ts";
import type { Headers } from "../pagi/scope.ts";
import { ReceiveQueue } from "./receive-queue.ts";

const EMPTY = new Uint8Array(0);

/** Answers `receive` in the order of the calls (APP-10), whatever comes first: body or end. */
export class InboundBody {
  #pieces: Uint8Array[] = [];
  #trailers: Headers | undefined;
  #isWhole = false;
  #isDelivered = false;
  #end: HttpDisconnectEvent | undefined;
  readonly #queue = new ReceiveQueue(() => this.#next());
  /** Bytes that wait for a `receive`. */
  queuedBytes = 0;

  /** True when a `receive` waits for body bytes. */
  get isWanted(): boolean {
    return this.#queue.isWanted && !this.#isWhole;
  }

  /** Adds a piece; `isLast` ends the body. */
  push(piece: Uint8Array, isLast: boolean, trailers?: Headers): void {
    if (this.#end !== undefined || this.#isWhole) return;
    if (piece.byteLength > 0) this.#pieces.push(piece);
    this.queuedBytes += piece.byteLength;
    this.#isWhole = isLast;
    this.#trailers = trailers;
    this.#queue.serve();
  }

  /** Ends the exchange: every waiting and every later `receive` gets the disconnect event (APP-16, APP-17). */
  finish(reason: DisconnectReason | null): void {
    this.#end ??= { type: "http.disconnect", reason };
    this.#pieces = [];
    this.queuedBytes = 0;
    this.#queue.serve();
  }

  /** The next event, or a rejection when `options.signal` gives up first. */
  receive(options?: ReceiveOptions): Promise<HttpReceiveEvent> {
    return this.#queue.receive(options);
  }

  #next(): HttpReceiveEvent | undefined {
    if (this.#end !== undefined) return this.#end;
    if (this.#isDelivered) return undefined;
    const piece = this.#pieces.shift();
    if (piece === undefined && !this.#isWhole) return undefined;
    this.queuedBytes -= piece?.byteLength ?? 0;
    const more = this.#pieces.length > 0 || !this.#isWhole;
    this.#isDelivered = !more;
    const event = { type: "http.request", body: piece ?? EMPTY, more } as const;
    const hasTrailers = !more && this.#trailers !== undefined && this.#trailers.length > 0;
    return hasTrailers ? { ...event, trailers: this.#trailers! } : event;
  }
}
