/** An event stream as an object: what an app writes instead of `sse.*` events (spec/PAGI.md, SSE-*). */
import { ClosedError } from "../http/errors.ts";
import { getHeader } from "../http/headers.ts";
import type { StreamEvent } from "../http/event-stream.ts";
import { SourceReader, type ValueSource } from "../http/source-reader.ts";
import type { Send } from "../pagi/app.ts";
import type { Connection, DisconnectReason } from "../pagi/connection.ts";
import type { SseSendEvent, SseStart } from "../pagi/event.ts";
import type { Headers, SseScope } from "../pagi/scope.ts";

/** Pending: nothing was sent. Open: the client gets events. Closed: by us, or because the client has gone. */
export type EventStreamState = "pending" | "open" | "closed";

/** How a stream is kept. */
export interface EventStreamOptions {
  /** Seconds between comments that the server writes by itself from the start on. @default 0, which is none */
  readonly keepalive?: number;
}

/** How a stream begins. */
export type EventStreamStart = Pick<SseStart, "status" | "headers">;

/** What goes with the data of an event. */
export type EventFields = Omit<StreamEvent, "data">;

/**
 * One stream to one client. The first send starts it. Sends may overlap: they leave one after the other, and each
 * resolves when the client has taken enough, so that whoever awaits them is paced. They resolve with false when the
 * client has gone. After `close` they reject with a `ClosedError`.
 *
 * @example
 * const app: App = async (scope, receive, send) => {
 *   if (scope.type !== "sse") return reply(406)(scope, receive, send);
 *   const stream = new EventStream(scope, send, { keepalive: 15 });
 *   let id = Number(stream.lastEventId ?? 0);
 *   while (await stream.send({ data: new Date().toISOString(), id: String(++id) }))
 *     await new Promise((resolve) => setTimeout(resolve, 1000));
 *   await stream.close();
 * };
 */
export class EventStream {
  readonly #scope: SseScope;
  readonly #send: Send<SseSendEvent>;
  readonly #keepalive: number;
  readonly #readers = new Set<SourceReader<unknown>>();
  #turn: Promise<unknown> = Promise.resolve();
  /** Something was asked for, which may still wait for its turn. */
  #hasBegun = false;
  #isStarted = false;
  #isWatching = false;
  #closing: Promise<void> | undefined;

  constructor(scope: SseScope, send: Send, options: EventStreamOptions = {}) {
    this.#scope = scope;
    this.#send = send;
    this.#keepalive = options.keepalive ?? 0;
  }

  get state(): EventStreamState {
    if (this.#closing !== undefined || !this.connection.isConnected) return "closed";
    return this.#isStarted ? "open" : "pending";
  }

  /** True as long as a send can reach the client. */
  get isOpen(): boolean {
    return this.state !== "closed";
  }

  /** The `id` of the last event that a client which comes back has seen. */
  get lastEventId(): string | undefined {
    return getHeader(this.#scope.headers, "last-event-id");
  }

  get connection(): Connection {
    return this.#scope.connection;
  }

  /** Resolves when the stream is over: with the reason when the client has gone, with null after `close`. */
  get closed(): Promise<DisconnectReason | null> {
    return this.connection.closed;
  }

  /** Begins the stream now, with these headers; without it the first send begins it. Rejects when it has begun. */
  start(options: EventStreamStart = {}): Promise<boolean> {
    if (this.#hasBegun) return refused("the stream has already begun");
    return this.#inTurn(() => Promise.resolve(), options);
  }

  /** Sends an event: its data alone, or with a name, an id, a time to wait before the client comes back. */
  send(event: string | StreamEvent): Promise<boolean> {
    const fields = typeof event === "string" ? { data: event } : event;
    return this.#inTurn(() => this.#send({ ...fields, type: "sse.send" } as SseSendEvent));
  }

  /** Sends a value as JSON. */
  json(value: unknown, fields: EventFields = {}): Promise<boolean> {
    return this.send({ ...fields, data: JSON.stringify(value) });
  }

  /** Sends a line that clients skip. */
  comment(text: string): Promise<boolean> {
    return this.#inTurn(() => this.#send({ type: "sse.comment", comment: text }));
  }

  /** Has the server write a comment every so many seconds, whatever else is sent; 0 stops that. */
  keepalive(seconds: number, comment = ""): Promise<boolean> {
    return this.#inTurn(() => this.#send({ type: "sse.keepalive", interval: seconds, comment }));
  }

  /**
   * Sends what `source` gives, at the pace of the client: the next value is asked for when the one before was sent.
   * `toEvent` makes an event of a value; without it a text is sent as it is and anything else as JSON. Resolves when
   * the source has ended or the stream is over; the source is given back then, also while it is being waited for.
   * Rejects with what the source or `toEvent` throws.
   *
   * @example
   * const tell = (stream: EventStream, lines: AsyncIterable<string>): Promise<void> =>
   *   stream.sendAll(lines, (line) => ({ data: line, event: "log" }));
   */
  async sendAll<Value>(
    source: ValueSource<Value>,
    toEvent: (value: Value) => string | StreamEvent = asText,
  ): Promise<void> {
    const reader = this.#readerOf(source);
    try {
      // A source may be quiet for long, and the client waits for the head.
      if (this.state === "pending" && !this.#hasBegun) await this.start();
      for (;;) {
        const { done, value } = await reader.next();
        if (done === true || !this.isOpen) return;
        await this.send(toEvent(value));
      }
    } finally {
      this.#readers.delete(reader);
      reader.release();
    }
  }

  /** Ends the stream after what was sent before; the client will come back. `reason` is for the log. Safe to call twice. */
  close(reason?: string): Promise<void> {
    this.#closing ??= this.#finish({ type: "sse.close", ...(reason !== undefined && { reason }) });
    return this.#closing;
  }

  /**
   * Answers with a status in place of a stream. 204 tells the client not to come back, and so does any status but 200.
   * Rejects when the stream has begun.
   */
  refuse(status: number, headers: Headers = [], body = ""): Promise<void> {
    if (this.#hasBegun) return refused("the stream has already begun");
    this.#hasBegun = this.#isStarted = true;
    const start = this.#inTurn(() => this.#send({ type: "http.response.start", status, headers }));
    this.#closing = owned(start.then(() => this.#send({ type: "http.response.body", body })));
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #finish(event: SseSendEvent): Promise<void> {
    const finished = this.#inTurn(() => this.#send(event)).then(() => undefined);
    for (const reader of this.#readers) reader.release();
    return owned(finished);
  }

  /** Released with the stream, also while its source lets it wait. */
  #readerOf<Value>(source: ValueSource<Value>): SourceReader<Value> {
    const reader = new SourceReader(source);
    this.#readers.add(reader);
    if (!this.isOpen) reader.release();
    if (this.#isWatching) return reader;
    this.#isWatching = true;
    this.connection.onDisconnect(() => this.#readers.forEach((one) => one.release()));
    return reader;
  }

  /** One after the other: what the contract asks for, and what nobody wants to keep count of. */
  #inTurn(step: () => Promise<void>, start: EventStreamStart = {}): Promise<boolean> {
    if (this.#closing !== undefined) return refused("the stream was closed");
    this.#hasBegun = true;
    const done = this.#turn.then(async () => {
      if (!this.#isStarted) await this.#begin(start);
      await step();
      return this.connection.isConnected;
    });
    this.#turn = done.catch(() => undefined);
    return owned(done);
  }

  /** A start that is refused has changed nothing, and may be tried again. */
  async #begin(start: EventStreamStart): Promise<void> {
    try {
      await this.#send({ ...start, type: "sse.start" });
    } catch (error) {
      this.#hasBegun = false;
      throw error;
    }
    this.#isStarted = true;
    if (this.#keepalive > 0) await this.#send({ type: "sse.keepalive", interval: this.#keepalive });
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Whoever does not await a send must not end the process by it; the server has logged what it refused. */
function owned<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

function refused(message: string): Promise<never> {
  return owned(Promise.reject(new ClosedError(message)));
}
