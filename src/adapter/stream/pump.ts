/** Sends a response whose body comes piece by piece: paced by `send`, ended by the client's loss. */
import type { Send } from "../../pagi/app.ts";
import type { Connection } from "../../pagi/connection.ts";
import type { HttpResponseStart, HttpSendEvent } from "../../pagi/event.ts";
import { ClosedError } from "../../http/errors.ts";
import { type Piece, type Source, isPromise } from "./source.ts";

/** What a response is sent through. */
export interface Outlet {
  readonly send: Send<HttpSendEvent>;
  readonly connection: Connection;
}

/**
 * How many microtasks a pending pull is given before the head leaves alone. A body that is at hand in a web
 * stream takes a few; one that waits for a timer or a socket takes a turn of the event loop.
 */
const PATIENCE = 16;
const PENDING = Symbol("pending");

/**
 * Sends `start` and all that `source` gives, then releases it. A body of one piece that ends at once leaves
 * as one event, so the server knows its length; a body that fails before its first piece fails before the head.
 */
export async function pump(start: HttpResponseStart, source: Source, outlet: Outlet): Promise<void> {
  const pieces = new Pieces(source, outlet.connection);
  const { send } = outlet;
  try {
    const first = await pieces.soon();
    const second = first === PENDING || first === undefined ? first : await pieces.soon();
    if (second !== undefined) pieces.watch();
    await send(start);
    // An idle body must not hold the head back: an empty piece pushes it out.
    const body = first === PENDING || first === undefined ? "" : first;
    if (second === undefined) return await send({ type: "http.response.body", body });
    await send({ type: "http.response.body", body, more: true });
    await pumpRest(second, pieces, send);
  } finally {
    source.release();
  }
}

async function pumpRest(next: Piece | typeof PENDING, pieces: Pieces, send: Outlet["send"]): Promise<void> {
  let piece = next === PENDING ? await pieces.late() : next;
  while (piece !== undefined) {
    await send({ type: "http.response.body", body: piece, more: true });
    piece = await pieces.next();
  }
  // APP-18: nothing is tidied up for a client that has gone.
  if (!pieces.isLost) await send({ type: "http.response.body" });
}

/** Sends a head whose body stays unread: for HEAD, and for a status that has none. */
export async function sendHeadOnly(
  start: HttpResponseStart,
  source: Source,
  send: Outlet["send"],
): Promise<void> {
  source.release(new ClosedError("nobody reads this body"));
  await send(start);
  await send({ type: "http.response.body" });
}

/** The error that a body is released with when its reader has gone. */
export function lossError(reason: string | null): ClosedError {
  return new ClosedError(`the client has gone (${reason ?? "the exchange is over"})`);
}

/** Pulls, and stops waiting when the client has gone, also when the source never answers. */
class Pieces {
  readonly #source: Source;
  readonly #connection: Connection;
  #state: "idle" | "pending" | "ready" | "failed" = "idle";
  #piece: Piece | undefined;
  #error: unknown;
  #wake: (() => void) | undefined;
  isLost = false;

  constructor(source: Source, connection: Connection) {
    this.#source = source;
    this.#connection = connection;
  }

  /** Sees the loss of the client from now on. Before anything has taken a turn nothing is lost that is not told here. */
  watch(): void {
    this.#connection.onDisconnect((reason) => {
      this.isLost = true;
      this.#source.release(lossError(reason));
      if (this.#state === "pending") this.#ready(undefined);
    });
  }

  /** The next piece if it is there within a few microtasks. */
  async soon(): Promise<Piece | undefined | typeof PENDING> {
    if (this.#pull()) return this.#taken();
    for (let tick = 0; tick < PATIENCE && this.#state === "pending"; tick++) await undefined;
    return this.#state === "pending" ? PENDING : this.#taken();
  }

  /** The piece that `soon` did not wait for. */
  async late(): Promise<Piece | undefined> {
    if (this.#state === "pending") await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#taken();
  }

  /** The next piece, however long it takes. */
  next(): Piece | undefined | Promise<Piece | undefined> {
    return this.#pull() ? this.#taken() : this.late();
  }

  /** Asks for a piece; true when it was there at once. */
  #pull(): boolean {
    const pulled = this.isLost ? undefined : this.#source.pull();
    if (!isPromise(pulled)) {
      this.#piece = pulled;
      this.#state = "ready";
      return true;
    }
    this.#state = "pending";
    // Both ways are handled here: a failure while nobody waits must not reach the process.
    pulled.then(this.#ready, this.#failed);
    return false;
  }

  readonly #ready = (piece: Piece | undefined): void => {
    // After a loss the source may still answer; nobody waits for that.
    if (this.#state !== "pending") return;
    this.#piece = piece;
    this.#state = "ready";
    this.#wake?.();
  };

  readonly #failed = (error: unknown): void => {
    if (this.#state !== "pending") return;
    this.#error = error;
    this.#state = "failed";
    this.#wake?.();
  };

  #taken(): Piece | undefined {
    const isFailed = this.#state === "failed";
    this.#state = "idle";
    if (isFailed) throw this.#error;
    return this.#piece;
  }
}
