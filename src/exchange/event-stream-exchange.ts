/**
 * An event stream: the words of the sse scope over an http exchange, which does the rest (SSE-*). A stream is a
 * response without an end in sight; a refusal is a response like any other.
 */
import { ContractError } from "../http/errors.ts";
import { commentText, EVENT_STREAM, eventText } from "../http/event-stream.ts";
import { getHeader, hasHeader } from "../http/headers.ts";
import type { App, Receive, ReceiveOptions, Send } from "../pagi/app.ts";
import type { Connection, DisconnectReason, Transport } from "../pagi/connection.ts";
import type {
  HttpReceiveEvent,
  HttpResponseStart,
  HttpSendEvent,
  SseReceiveEvent,
  SseSendEvent,
  SseStart,
} from "../pagi/event.ts";
import type { Headers, HttpScope, Scope, SseScope } from "../pagi/scope.ts";
import {
  checkStreamComment,
  checkStreamKeepalive,
  checkStreamSend,
  checkStreamStart,
} from "./event-checks.ts";
import type { Exchange } from "./exchange.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { rejectedSend } from "./rejected-send.ts";
import { StreamKeepalive } from "./stream-keepalive.ts";
import type { ResponseWire } from "./wire.ts";

const DONE: Promise<void> = Promise.resolve();
const NOTHING_YET: HttpSendEvent = { type: "http.response.body", body: "", more: true };
const LAST: HttpSendEvent = { type: "http.response.body" };

/**
 * Runs one app call for a client that asked for an event stream.
 *
 * @example
 * const http = new HttpExchange(wire, host, isHead, hasBody);
 * const exchange = new EventStreamExchange(http, wire, isHead);
 * exchange.run(app, sseScope(scope), () => undefined);
 */
export class EventStreamExchange implements Exchange {
  readonly #http: HttpExchange;
  readonly #wire: ResponseWire;
  readonly #keepalive: StreamKeepalive;
  /** True once the app has started a stream: then its end is `sse.close`. */
  #isStream = false;
  /** True once an app that knows no sse scopes has answered with a stream of its own making. */
  #isForeign = false;
  #mustStop = false;

  constructor(http: HttpExchange, wire: ResponseWire, isHead: boolean) {
    this.#http = http;
    this.#wire = wire;
    this.#keepalive = new StreamKeepalive(http, wire, isHead);
  }

  get connection(): Connection {
    return this.#http.connection;
  }

  get transport(): Transport {
    return this.#http.transport;
  }

  get queuedBytes(): number {
    return this.#http.queuedBytes;
  }

  run(app: App, scope: Scope, settled: () => void): void {
    this.#http.run(() => app(scope, this.receive as Receive, this.send as Send), scope, settled);
  }

  pushBody(piece: Uint8Array, isLast: boolean, trailers?: Headers): void {
    this.#http.pushBody(piece, isLast, trailers);
  }

  end(reason: DisconnectReason, detail: string | null = null): void {
    this.#http.end(reason, detail);
  }

  markTaken(): void {
    this.#http.markTaken();
  }

  /** The client sees a whole response and connects again, elsewhere; the app is told why it was not the one to end it. */
  stop(): void {
    this.#http.stop();
    this.#mustStop = true;
    if (!(this.#isStream || this.#isForeign) || !this.#http.isOpen) return;
    // Its head may still wait for the first piece (HTTP-26).
    if (this.#isForeign) void this.#http.send(NOTHING_YET);
    this.#http.end("server_shutdown", "the server is stopping");
    this.#wire.closeAfter();
    this.#wire.write("", true);
  }

  /** The app's `receive`. */
  readonly receive = async (options?: ReceiveOptions): Promise<SseReceiveEvent> =>
    toStreamEvent(await this.#http.receive(options));

  /** The app's `send`: takes the event, or rejects with a `ContractError` and leaves all as it was (APP-11). */
  readonly send: Send<SseSendEvent> = (event) => {
    // After an abnormal end everything is taken and nothing looked at (APP-15).
    if (this.#http.disconnectReason !== null) return this.#http.send(LAST);
    try {
      return this.#isStream ? this.#next(event) : this.#first(event);
    } catch (error) {
      return rejectedSend(error, this.#http.log);
    }
  };

  /** SSE-3: a stream is started, or the request answered otherwise. */
  #first(event: SseSendEvent): Promise<void> {
    const type = String(event?.type);
    if (type === "sse.start") return this.#start(event as SseStart);
    const hasAnswer = this.#http.responseStarted;
    const isLate = type === "http.response.body" || type === "http.response.trailers";
    if (type.startsWith("sse.") || (isLate && !hasAnswer)) {
      throw new ContractError("SSE-3", `${type} came ${hasAnswer ? "in another answer" : "before a start"}`);
    }
    const sent = this.#http.send(event as HttpSendEvent);
    if (type === "http.response.start" && this.#http.responseStarted)
      this.#isForeign = isStreamStart(event as HttpResponseStart);
    return sent;
  }

  /** The head leaves at once: the client waits for it to call the stream open. */
  #start(event: SseStart): Promise<void> {
    if (this.#http.responseStarted) throw new ContractError("SSE-3", "sse.start came in another answer");
    const started = this.#http.send(checkStreamStart(event));
    if (!this.#http.responseStarted) return started;
    this.#isStream = true;
    const sent = this.#http.send(NOTHING_YET);
    if (this.#mustStop) this.stop();
    return sent;
  }

  #next(event: SseSendEvent): Promise<void> {
    if (this.#http.responseComplete) return this.#afterClose(event?.type);
    switch (event?.type) {
      case "sse.send":
        checkStreamSend(event);
        return this.#write(eventText(event));
      case "sse.comment":
        checkStreamComment(event);
        return this.#write(commentText(event.comment));
      case "sse.keepalive":
        checkStreamKeepalive(event);
        this.#keepalive.every(event.interval, event.comment);
        return DONE;
      case "sse.close":
        return this.#http.send(LAST);
      case "http.fullflush":
        return this.#http.send(event);
      default:
        throw misplaced(event?.type);
    }
  }

  #afterClose(type: string): Promise<void> {
    if (type === "sse.close") return DONE;
    throw new ContractError("SSE-10", `${type} follows sse.close`);
  }

  #write(body: string): Promise<void> {
    return this.#http.send({ type: "http.response.body", body, more: true });
  }
}

/** The scope of a request as that of an event stream: a copy with its getters, as `derive` of `compose` makes one. */
export function sseScope(scope: HttpScope): SseScope {
  const prototype: unknown = Object.getPrototypeOf(scope);
  return { __proto__: prototype, ...scope, type: "sse" } as unknown as SseScope;
}

/** A fetch handler or an Express app writes its streams as plain bodies; a reader drops an event that is cut in half. */
function isStreamStart({ headers = [] }: HttpResponseStart): boolean {
  return (
    getHeader(headers, "content-type")?.startsWith(EVENT_STREAM) === true &&
    !hasHeader(headers, "content-length")
  );
}

function toStreamEvent(event: HttpReceiveEvent): SseReceiveEvent {
  if (event.type === "http.disconnect") return { type: "sse.disconnect", reason: event.reason };
  return { type: "sse.request", body: event.body, more: event.more };
}

function misplaced(type: unknown): ContractError {
  const name = String(type);
  if (name === "sse.start") return new ContractError("SSE-4", "sse.start was sent before");
  if (name === "http.response.informational")
    return new ContractError("EXT-HINT-1", `${name} follows sse.start`);
  if (name.startsWith("http.response.")) return new ContractError("SSE-11", `${name} follows sse.start`);
  return new ContractError("APP-13", `an sse scope knows no event of type ${name}`);
}
