/** Node only. Carries what a hosted response writes to the hub, one event after the other, at the hub's pace. */
import type { Send } from "../../pagi/app.ts";
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
  #isEnded = false;
  #isSealed = false;
  #isClosed = false;
  #head: ReadHead | undefined;
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
    this.#plan();
    if (this.#waitingBytes < this.#response.writableHighWaterMark) return true;
    this.#owesDrain = true;
    return false;
  }

  /** Takes an interim response. */
  interim(status: number, headers: Headers, callback: Callback | undefined): void {
    if (this.#isClosed || this.#head !== undefined) return;
    const callbacks = callback === undefined ? [] : [callback];
    this.#pieces.push({ interim: { status, headers }, data: "", callbacks });
    this.#plan();
  }

  /** What was pushed is all. */
  end(trailers: Headers): void {
    if (this.#isSealed) return;
    this.#isEnded = true;
    this.#trailers = trailers;
    void this.#pump();
  }

  /** Takes nothing more; true when something still waits. */
  seal(): boolean {
    this.#isSealed = true;
    return this.#pieces.length > 0 || this.#isPumping;
  }

  /** Takes nothing more and drops what waits. */
  close(): void {
    this.#isClosed = true;
    this.#pieces = [];
  }

  /** What is written in one turn leaves together, and with the end when that comes in the same turn. */
  #plan(): void {
    if (this.#isPlanned || this.#isPumping) return;
    this.#isPlanned = true;
    process.nextTick(() => {
      this.#isPlanned = false;
      void this.#pump();
    });
  }

  async #pump(): Promise<void> {
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      while (this.#pieces.length > 0 && !this.#isClosed) await this.#sendPiece(this.#pieces.shift()!);
    } catch (error) {
      this.#owner.failed(error);
    }
    this.#isPumping = false;
  }

  async #sendPiece(piece: Piece): Promise<void> {
    if (piece.interim === undefined) await this.#sendBody(piece.data);
    else await this.#send({ type: "http.response.informational", ...piece.interim });
    if (this.#isClosed) return;
    const isWhole = this.#isEnded && this.#pieces.length === 0;
    this.#waitingBytes -= piece.data.length;
    this.#owner.moved(piece.data.length);
    for (const callback of piece.callbacks) callback();
    if (isWhole) this.#owner.completed();
    else if (this.#owesDrain && this.#waitingBytes === 0) this.#drain();
  }

  async #sendBody(data: Uint8Array | string): Promise<void> {
    const isFirst = !this.#isStarted;
    const head = this.#head!;
    const announcesTrailers = head.announcesTrailers;
    if (isFirst) {
      this.#isStarted = true;
      const { status, headers, statusText } = head;
      const start = { type: "http.response.start", status, headers } as const;
      await this.#send({
        ...start,
        ...(statusText === undefined ? undefined : { statusText }),
        ...(announcesTrailers ? { trailers: true } : undefined),
      });
    }
    const more = !this.#isEnded || this.#pieces.length > 0;
    if (more && !isFirst && data.length === 0) return;
    if (isFirst && !more && head.isChunked) {
      // A body in one piece would get a length.
      await this.#send({ type: "http.response.body", body: data, more: true });
      data = "";
    }
    await this.#send({ type: "http.response.body", body: data, more });
    if (!more && announcesTrailers) {
      await this.#send({ type: "http.response.trailers", headers: this.#trailers });
    }
  }

  #drain(): void {
    this.#owesDrain = false;
    if (this.#response.finished) return;
    emitDrain(this.#response);
  }
}
