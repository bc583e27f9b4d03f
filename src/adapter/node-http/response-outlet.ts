/** Node only. Carries what a hosted response writes to the hub, one event after the other, at the hub's pace. */
import type { Send } from "../../pagi/app.ts";
import type { HttpResponseStart, HttpSendEvent } from "../../pagi/event.ts";
import type { Headers } from "../../pagi/scope.ts";
import { emitDrain } from "./need-drain.ts";
import type { ReadHead } from "./response-head.ts";

type Callback = (error?: Error | null) => void;

/** What the outlet needs of its response; a `ServerResponse` is one. */
export interface OutletResponse {
  readonly finished: boolean;
  readonly writableHighWaterMark: number;
  emit(event: string): boolean;
}

/** Who is told how the response fares. */
export interface OutletOwner {
  /** The hub has taken the whole response. */
  completed(): void;
  /** The hub has refused an event, or a listener of the app threw. */
  failed(error: unknown): void;
  /** The hub has taken a piece. */
  moved(bytes: number): void;
}

interface Piece {
  readonly interim?: { readonly status: number; readonly headers: Headers };
  readonly data: Uint8Array | string;
  readonly callbacks: Callback[];
}

/** The start event of `head`. */
function startOf({ status, headers, statusText, announcesTrailers }: ReadHead): HttpResponseStart {
  const start = { type: "http.response.start", status, headers } as const;
  if (statusText === undefined && !announcesTrailers) return start;
  return {
    ...start,
    ...(statusText === undefined ? undefined : { statusText }),
    ...(announcesTrailers ? { trailers: true } : undefined),
  };
}

/** One per response. Bytes wait here only until the hub has taken what came before them. */
export class ResponseOutlet {
  readonly #send: Send;
  readonly #response: OutletResponse;
  readonly #owner: OutletOwner;
  #pieces: Piece[] = [];
  #waitingBytes = 0;
  #owesDrain = false;
  #isPlanned = false;
  #isPumping = false;
  #isStarted = false;
  /** The start event is under way, and #sending waits for it. */
  #isStarting = false;
  #sending: Piece | undefined;
  #isEnded = false;
  #isSealed = false;
  #isClosed = false;
  #head: ReadHead | undefined;
  /** True while the response is being ended: the end comes in this very call. */
  isEnding = false;
  #trailers: Headers = [];

  constructor(send: Send, response: OutletResponse, owner: OutletOwner) {
    this.#send = send;
    this.#response = response;
    this.#owner = owner;
  }

  /** The head is decided; it leaves with the first piece. */
  setHead(head: ReadHead): void {
    this.#head = head;
  }

  /** True when nothing more is taken. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Takes a piece; false when the app should wait for `drain`. */
  push(data: Uint8Array | string, callback: Callback | undefined): boolean {
    if (this.#isClosed || this.#isSealed) return false;
    const last = this.#pieces.at(-1);
    if (data.length === 0 && last !== undefined && last.interim === undefined) {
      if (callback !== undefined) last.callbacks.push(callback);
    } else {
      this.#pieces.push({ data, callbacks: callback === undefined ? [] : [callback] });
      this.#waitingBytes += data.length;
    }
    this.plan();
    if (this.#waitingBytes < this.#response.writableHighWaterMark) return true;
    this.#owesDrain = true;
    return false;
  }

  /** Takes an interim response. */
  interim(status: number, headers: Headers, callback: Callback | undefined): void {
    if (this.#isClosed || this.#head !== undefined) return;
    const callbacks = callback === undefined ? [] : [callback];
    this.#pieces.push({ interim: { status, headers }, data: "", callbacks });
    this.plan();
  }

  /** What was pushed is all. */
  end(trailers: Headers): void {
    if (this.#isSealed) return;
    this.#isEnded = true;
    this.#trailers = trailers;
    this.#pump();
  }

  /** Takes nothing more; true when something is on its way. What was written in this very turn is not. */
  seal(): boolean {
    this.#isSealed = true;
    return this.#isPumping;
  }

  /** Takes nothing more and drops what waits. */
  close(): void {
    this.#isClosed = true;
    this.#pieces = [];
  }

  /** What is written in one turn leaves together, and with the end when that comes in the same turn. */
  plan(): void {
    if (this.isEnding || this.#isPlanned || this.#isPumping || this.#pieces.length === 0) return;
    this.#isPlanned = true;
    process.nextTick(ResponseOutlet.#turnIsOver, this);
  }

  static #turnIsOver(outlet: ResponseOutlet): void {
    outlet.#isPlanned = false;
    outlet.#pump();
  }

  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    this.#advance();
  }

  /**
   * What was sent last is taken: on to the next event. Trick "one callback": each event costs one `then`, where async
   * functions would make three promises; bench servers tack-express, tack-koa and tack-fastify, workload hello.
   */
  readonly #advance = (): void => {
    try {
      if (this.#isStarting) return this.#afterStart();
      if (this.#sending !== undefined) this.#settle(this.#sending);
      this.#next();
    } catch (error) {
      this.#refused(error);
    }
  };

  readonly #refused = (error: unknown): void => {
    this.#isPumping = false;
    this.#owner.failed(error);
  };

  #next(): void {
    const piece = this.#isClosed ? undefined : this.#pieces.shift();
    this.#sending = piece;
    if (piece === undefined) {
      this.#isPumping = false;
    } else if (piece.interim !== undefined) {
      this.#deliver({ type: "http.response.informational", ...piece.interim });
    } else if (this.#isStarted) {
      this.#sendBody(piece);
    } else {
      this.#isStarted = true;
      this.#isStarting = true;
      this.#deliver(startOf(this.#head!));
    }
  }

  #afterStart(): void {
    this.#isStarting = false;
    if (this.#isClosed) this.#isPumping = false;
    else this.#sendBody(this.#sending!, true);
  }

  #sendBody({ data }: Piece, isFirst = false): void {
    const head = this.#head!;
    const more = !this.#isEnded || this.#pieces.length > 0;
    if (more) {
      if (isFirst || data.length > 0) this.#deliver({ type: "http.response.body", body: data, more });
      else this.#advance();
    } else if (isFirst && head.isChunked) {
      // A body in one piece would get a length.
      const first = this.#send({ type: "http.response.body", body: data, more: true });
      first.then(() => this.#sendEnd("")).then(this.#advance, this.#refused);
    } else if (head.announcesTrailers) {
      this.#sendEnd(data).then(this.#advance, this.#refused);
    } else {
      this.#deliver({ type: "http.response.body", body: data, more });
    }
  }

  async #sendEnd(data: Uint8Array | string): Promise<void> {
    await this.#send({ type: "http.response.body", body: data, more: false });
    if (!this.#head!.announcesTrailers) return;
    await this.#send({ type: "http.response.trailers", headers: this.#trailers });
  }

  #deliver(event: HttpSendEvent): void {
    this.#send(event).then(this.#advance, this.#refused);
  }

  /** Tells who waits for the piece, or for the end. */
  #settle(piece: Piece): void {
    this.#sending = undefined;
    if (this.#isClosed) return;
    const isWhole = this.#isEnded && this.#pieces.length === 0;
    this.#waitingBytes -= piece.data.length;
    this.#owner.moved(piece.data.length);
    for (const callback of piece.callbacks) callback();
    if (isWhole) this.#owner.completed();
    else if (this.#owesDrain && this.#waitingBytes === 0) this.#drain();
  }

  #drain(): void {
    this.#owesDrain = false;
    if (this.#response.finished) return;
    emitDrain(this.#response);
  }
}
