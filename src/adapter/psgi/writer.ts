/** The writer of a streaming response. */
import type { HttpResponseStart, HttpSendEvent } from "../../pagi/event.ts";
import type { PsgiChunk, PsgiWriter } from "../../psgi/response.ts";
import type { Outlet } from "../stream/pump.ts";
import { ClosedError } from "../../http/errors.ts";
import { asPiece } from "./pieces.ts";

/** What the writer tells whoever started it. */
export interface WriterEvents {
  /** The last piece was accepted, or nobody is there to take it. */
  closed(): void;
  /** A piece could not be sent: the response stays incomplete. */
  failed(error: unknown): void;
}

/** Sends pieces in the order of the calls, awaited or not (DELAY-13); one `send` at a time. */
export class Writer implements PsgiWriter {
  readonly #outlet: Outlet;
  readonly #events: WriterEvents;
  #last: Promise<unknown>;
  #closing: Promise<void> | undefined;
  #hasFailed = false;

  constructor(start: HttpResponseStart, outlet: Outlet, events: WriterEvents) {
    this.#outlet = outlet;
    this.#events = events;
    this.#last = Promise.resolve();
    this.#enqueue(start);
    // The head must leave now, the first piece may be far away.
    this.#enqueue({ type: "http.response.body", more: true });
  }

  get isClosed(): boolean {
    return this.#closing !== undefined;
  }

  get signal(): AbortSignal {
    return this.#outlet.connection.signal;
  }

  write(chunk: PsgiChunk): Promise<boolean> {
    if (this.#closing !== undefined)
      return owned(Promise.reject(new ClosedError("DELAY-11: write after close")));
    try {
      return this.#enqueue({ type: "http.response.body", body: asPiece(chunk), more: true });
    } catch (error) {
      this.#failed(error);
      return owned(Promise.reject(error as Error));
    }
  }

  close(): Promise<void> {
    this.#closing ??= owned(this.#enqueue({ type: "http.response.body" }).then(() => this.#events.closed()));
    return this.#closing;
  }

  /** Nothing is sent any more; the response stays incomplete. */
  fail(): void {
    this.#hasFailed = true;
  }

  #enqueue(event: HttpSendEvent): Promise<boolean> {
    const sent = this.#last.then(() => this.#send(event));
    this.#last = sent.catch((error: unknown) => this.#failed(error));
    return owned(sent);
  }

  async #send(event: HttpSendEvent): Promise<boolean> {
    const { send, connection } = this.#outlet;
    if (this.#hasFailed || !connection.isConnected) return false;
    await send(event);
    return connection.isConnected;
  }

  #failed(error: unknown): void {
    this.fail();
    this.#events.failed(error);
  }
}

/** The same promise; an app that does not look at it does not bring the process down by that. */
function owned<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}
