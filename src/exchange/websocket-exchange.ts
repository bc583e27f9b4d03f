/**
 * A WebSocket session: the words of the websocket scope (WS-*). Until the app accepts it is an http exchange, which
 * refuses like any response; then a session has the wire, and the http exchange keeps what all exchanges have:
 * connection, transport, pace and end.
 */
import { ContractError } from "../http/errors.ts";
import type { WebSocketHandshake } from "../http/websocket.ts";
import type { App, Receive, ReceiveOptions, Send } from "../pagi/app.ts";
import type { Connection, DisconnectReason, Transport } from "../pagi/connection.ts";
import type { WebSocketDisconnectEvent, WebSocketReceiveEvent, WebSocketSendEvent } from "../pagi/event.ts";
import type { HttpScope, Scope, WebSocketScope } from "../pagi/scope.ts";
import { describeError } from "./describe-error.ts";
import type { Exchange } from "./exchange.ts";
import type { FrameAgreement, SessionHost } from "./frame-codec.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { MessageQueue } from "./message-queue.ts";
import { nextTurn } from "./next-turn.ts";
import { ReceiveQueue } from "./receive-queue.ts";
import { rejectedSend } from "./rejected-send.ts";
import { checkClose, checkKeepalive, checkMessage, misplaced, refusalOf } from "./websocket-checks.ts";
import { WebSocketOpening } from "./websocket-opening.ts";
import { websocketScope } from "./websocket-scope.ts";
import { type SessionOwner, WebSocketSession } from "./websocket-session.ts";
import type { ResponseWire } from "./wire.ts";

const EMPTY = new Uint8Array(0);
const ABNORMAL = 1006;
const SERVER_ERROR = 1011;
const DONE: Promise<void> = Promise.resolve();

/**
 * Runs one app call for a client that has opened a handshake, over a wire that can `upgrade`.
 *
 * @example
 * const http = new HttpExchange(wire, host, false, false);
 * const exchange = new WebSocketExchange(http, wire, readHandshake(headers, true), sessions);
 * exchange.run(app, exchange.scopeOf(scope), () => undefined);
 */
export class WebSocketExchange implements Exchange, SessionOwner {
  readonly #http: HttpExchange;
  readonly #wire: ResponseWire;
  readonly #handshake: WebSocketHandshake;
  readonly #host: SessionHost;
  readonly #messages: MessageQueue;
  readonly #receivers = new ReceiveQueue(() => this.#next());
  readonly #opening: WebSocketOpening;
  #session: WebSocketSession | undefined;
  #hasTold = false;
  #hasInputEnded = false;
  #isHeld = false;
  /** The app has said goodbye. */
  #hasClosed = false;
  #mustStop = false;
  #goodbye: { readonly code: number; readonly reason: string } | undefined;
  #end: WebSocketDisconnectEvent | undefined;

  constructor(http: HttpExchange, wire: ResponseWire, handshake: WebSocketHandshake, host: SessionHost) {
    this.#http = http;
    this.#wire = wire;
    this.#handshake = handshake;
    this.#host = host;
    this.#messages = new MessageQueue(host.limits);
    http.connection.onDisconnect((reason) => this.#ended(reason));
    http.connection.onComplete(() => this.#ended(""));
    const parts = { http, wire, handshake, host };
    this.#opening = new WebSocketOpening(parts, (agreement) => this.#opened(agreement));
  }

  get connection(): Connection {
    return this.#http.connection;
  }

  get transport(): Transport {
    return this.#http.transport;
  }

  get queuedBytes(): number {
    return this.#messages.bytes;
  }

  /** The scope of the session, made of that of its request. */
  scopeOf(scope: HttpScope): WebSocketScope {
    return websocketScope(scope, this.#handshake, this.#host.limits);
  }

  run(app: App, scope: Scope, settled: () => void): void {
    this.#http.run(() => this.#call(app, scope), scope, settled);
  }

  /** WS-16: before an answer the http exchange judges what the app leaves behind, afterwards we do. */
  async #call(app: App, scope: Scope): Promise<void> {
    try {
      await app(scope, this.receive as Receive, this.send as Send);
    } catch (error) {
      if (this.#session === undefined) throw refusalOf(error);
      if (!this.#http.isOpen || this.#hasClosed) return this.#http.failed(error);
      return this.#abandoned(describeError(error));
    }
    if (this.#session !== undefined && !this.#hasClosed) this.#abandoned("the app returned without a close");
  }

  #abandoned(detail: string): void {
    if (!this.#http.isOpen) return;
    this.#http.log({ level: "error", message: `session abandoned: ${detail}` });
    this.lost("server_error", detail, SERVER_ERROR);
    this.#session!.close(SERVER_ERROR, "server_error");
  }

  pushBody(piece: Uint8Array, isLast: boolean): void {
    if (this.#session !== undefined) return this.#session.push(piece, isLast);
    this.#messages.hold(piece);
    this.#hasInputEnded ||= isLast;
  }

  end(reason: DisconnectReason, detail: string | null = null): void {
    this.#http.end(reason, detail);
    this.#session?.release();
  }

  /** From here on nobody else answers the handshake. */
  markTaken(): void {
    this.#http.markTaken();
    this.#opening.end();
  }

  /** WS-18. A handshake that was not answered yet may still be refused; accepted, it ends at once. */
  stop(): void {
    this.#mustStop = true;
    if (this.#session === undefined) return this.#http.stop();
    if (!this.#http.isOpen || this.#hasClosed) return undefined;
    const code = this.#host.limits.stopCloseCode;
    this.lost("server_shutdown", "the server is stopping", code);
    return this.#session.close(code, "server_shutdown");
  }

  /** The app's `receive`. */
  readonly receive = (options?: ReceiveOptions): Promise<WebSocketReceiveEvent> => {
    const event = this.#receivers.receive(options);
    this.#session?.pump();
    return event;
  };

  #next(): WebSocketReceiveEvent | undefined {
    const isFirst = !this.#hasTold;
    this.#hasTold = true;
    if (isFirst && this.#end === undefined) return { type: "websocket.connect" };
    return this.#messages.take() ?? this.#end;
  }

  /** The app's `send`: takes the event, or rejects with a `ContractError` and leaves all as it was (APP-11). */
  readonly send: Send<WebSocketSendEvent> = (event) => {
    try {
      if (this.#hasClosed) throw new ContractError("WS-9", "nothing follows websocket.close");
      // After the end everything is taken and nothing looked at (APP-15).
      if (this.#http.disconnectReason !== null) return nextTurn();
      if (this.#opening.isAccepting || this.#isHeld)
        throw new ContractError("APP-7", "the previous send has not settled; await it first");
      if (this.#session === undefined) return this.#opening.send(event);
      return this.#http.isOpen ? this.#say(this.#session, event) : nextTurn();
    } catch (error) {
      return rejectedSend(error, this.#http.log);
    }
  };

  #opened(agreement: FrameAgreement): void {
    const parts = { wire: this.#wire, queue: this.#messages, limits: this.#host.limits, agreement };
    this.#session = new WebSocketSession(parts, this);
    this.#session.push(EMPTY, this.#hasInputEnded);
    if (this.#mustStop) this.stop();
  }

  #say(session: WebSocketSession, event: WebSocketSendEvent): Promise<void> {
    switch (event?.type) {
      case "websocket.send":
        return this.#paced(session.send(checkMessage(event)));
      case "websocket.keepalive":
        checkKeepalive(event);
        session.keepalive(event.interval, event.timeout);
        return DONE;
      case "websocket.close": {
        const { code, reason } = checkClose(event);
        this.#hasClosed = true;
        session.close(code, reason);
        return DONE;
      }
      default:
        throw misplaced(event?.type);
    }
  }

  /** TRANS-1. A message that is still being made is waited for, so that there is never more than one. */
  #paced(making: Promise<void> | undefined): Promise<void> {
    const isFull = this.#wire.bufferedAmount >= this.#wire.highWaterMark;
    if (making === undefined && !isFull) return this.#http.pace();
    this.#isHeld = true;
    const sent = making === undefined ? this.#http.pace() : making.then(() => this.#http.pace());
    return sent.then(() => {
      this.#isHeld = false;
    });
  }

  received(): void {
    this.#receivers.serve();
  }

  closed(code: number, reason: string): void {
    this.#goodbye ??= { code, reason };
    this.#http.completed();
  }

  lost(reason: DisconnectReason, detail: string, code: number = ABNORMAL): void {
    this.#goodbye ??= { code, reason };
    this.#http.end(reason, detail);
  }

  /** The facts have changed; now the app is told, behind the messages that came before. */
  #ended(reason: DisconnectReason | ""): void {
    this.#opening.end();
    const { code, reason: text } = this.#goodbye ?? { code: ABNORMAL, reason };
    if (this.#goodbye === undefined) this.#session?.release();
    this.#end = { type: "websocket.disconnect", code, reason: text };
    this.#receivers.serve();
  }
}
