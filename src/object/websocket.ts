/** A WebSocket as an object: what an app writes instead of `websocket.*` events (spec/PAGI.md, WS-*). */
import { ClosedError, ProtocolError } from "../http/errors.ts";
import type { Receive, ReceiveOptions, Send } from "../pagi/app.ts";
import type { Connection, DisconnectReason } from "../pagi/connection.ts";
import type { WebSocketAccept, WebSocketReceiveEvent, WebSocketSendEvent } from "../pagi/event.ts";
import type { Headers, WebSocketScope } from "../pagi/scope.ts";

/** Connecting: not answered. Open: accepted. Closed: refused, closed by us, or because the client has gone. */
export type WebSocketState = "connecting" | "open" | "closed";

/** How a session is kept. */
export interface ServerWebSocketOptions {
  /** Seconds between pings that the server sends by itself. @default 0, which is none */
  readonly keepalive?: number;
  /** Seconds the client has to answer a ping; without it a dead client is not noticed. */
  readonly timeout?: number;
}

/** How a session is accepted. */
export type WebSocketAcceptance = Pick<WebSocketAccept, "subprotocol" | "headers">;

/** One message: a text, or the bytes of a binary one. */
export type WebSocketMessage = string | Uint8Array;

/** How a session ended: RFC 6455 §7.4, and a token or the client's own text. */
export interface WebSocketEnd {
  readonly code: number;
  readonly reason: string;
}

/**
 * One session with one client. The first send or receive accepts it. Sends may overlap: they leave one after the
 * other, and each resolves when the client has taken enough, so that whoever awaits them is paced. They resolve with
 * false when the client has gone. After `close` they reject with a `ClosedError`.
 *
 * @example
 * const app: App = async (scope, receive, send) => {
 *   if (scope.type !== "websocket") return reply(426)(scope, receive, send);
 *   const socket = new ServerWebSocket(scope, receive, send, { keepalive: 30, timeout: 10 });
 *   for await (const message of socket) await socket.send(message);
 * };
 */
export class ServerWebSocket implements AsyncIterable<WebSocketMessage> {
  readonly #scope: WebSocketScope;
  readonly #receive: Receive<WebSocketReceiveEvent>;
  readonly #send: Send<WebSocketSendEvent>;
  readonly #options: ServerWebSocketOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #accepting: Promise<boolean> | undefined;
  #isAccepted = false;
  #closing: Promise<void> | undefined;
  #end: WebSocketEnd | undefined;
  #subprotocol: string | undefined;

  constructor(scope: WebSocketScope, receive: Receive, send: Send, options: ServerWebSocketOptions = {}) {
    this.#scope = scope;
    this.#receive = receive as Receive<WebSocketReceiveEvent>;
    this.#send = send;
    this.#options = options;
  }

  get state(): WebSocketState {
    if (this.#closing !== undefined || !this.connection.isConnected) return "closed";
    return this.#isAccepted ? "open" : "connecting";
  }

  /** True as long as a send can reach the client. */
  get isOpen(): boolean {
    return this.state !== "closed";
  }

  /** Offered by the client, in its order. */
  get offered(): readonly string[] {
    return this.#scope.subprotocols;
  }

  /** The subprotocol that was chosen. */
  get subprotocol(): string | undefined {
    return this.#subprotocol;
  }

  get connection(): Connection {
    return this.#scope.connection;
  }

  /** Resolves when the session is over: with null after a goodbye on either side, else with the reason. */
  get closed(): Promise<DisconnectReason | null> {
    return this.connection.closed;
  }

  /** How the session ended, once `receive` has told. */
  get end(): WebSocketEnd | undefined {
    return this.#end;
  }

  /** Accepts now, with a subprotocol and headers. Resolves with false when the client has gone. Rejects when answered. */
  accept(acceptance: WebSocketAcceptance = {}): Promise<boolean> {
    if (this.#closing !== undefined || this.#accepting !== undefined)
      return refused("the session was already answered");
    this.#accepting = owned(this.#begin(acceptance));
    return this.#accepting;
  }

  /** Answers with a status of 300 or more in place of a session. Rejects when the session was answered. */
  refuse(status: number, headers: Headers = [], body = ""): Promise<void> {
    if (this.#closing !== undefined || this.#accepting !== undefined)
      return refused("the session was already answered");
    const start = this.#send({ type: "http.response.start", status, headers });
    this.#closing = owned(start.then(() => this.#send({ type: "http.response.body", body })));
    // A refusal that breaks a rule has changed nothing, and may be tried again.
    start.catch(() => (this.#closing = undefined));
    return this.#closing;
  }

  /** Sends a message. */
  send(data: WebSocketMessage): Promise<boolean> {
    return this.#inTurn(
      typeof data === "string"
        ? { type: "websocket.send", text: data }
        : { type: "websocket.send", bytes: data },
    );
  }

  /** Sends a value as JSON. */
  json(value: unknown): Promise<boolean> {
    return this.send(JSON.stringify(value));
  }

  /** Has the server ping every so many seconds, and the client answer within `timeout`; 0 stops that. */
  keepalive(seconds: number, timeout?: number): Promise<boolean> {
    return this.#inTurn(keepaliveOf(seconds, timeout));
  }

  /** The next message; `undefined` when the session is over. One given up by its signal takes nothing. */
  async receive(options?: ReceiveOptions): Promise<WebSocketMessage | undefined> {
    await this.#mustBeOpen();
    for (;;) {
      const event = await this.#receive(options);
      if (event.type === "websocket.receive") return event.text ?? event.bytes;
      if (event.type === "websocket.connect") continue;
      this.#end ??= { code: event.code, reason: event.reason };
      return undefined;
    }
  }

  /**
   * The next message read as JSON; `undefined` when the session is over. Rejects with a `ProtocolError` for one that
   * is none; the session goes on.
   */
  async receiveJson<Value = unknown>(options?: ReceiveOptions): Promise<Value | undefined> {
    const message = await this.receive(options);
    if (message === undefined) return undefined;
    try {
      return JSON.parse(typeof message === "string" ? message : DECODER.decode(message)) as Value;
    } catch {
      throw new ProtocolError(400, "a message is no JSON", "RFC 8259");
    }
  }

  /** All messages up to the end of the session. Leaving the loop leaves the session open. */
  async *[Symbol.asyncIterator](): AsyncGenerator<WebSocketMessage, void, undefined> {
    for (let message = await this.receive(); message !== undefined; message = await this.receive()) {
      yield message;
    }
  }

  /**
   * Says goodbye after what was sent before. Resolves when that was taken; the client's answer is `closed`. A session
   * that was not accepted is refused with 403. Safe to call twice.
   */
  close(code = 1000, reason = ""): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    if (this.#accepting === undefined) return this.refuse(403);
    const closing = this.#turn.then(() => this.#send({ type: "websocket.close", code, reason }));
    this.#closing = owned(closing);
    closing.catch(() => (this.#closing = undefined));
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #begin(acceptance: WebSocketAcceptance): Promise<boolean> {
    try {
      await this.#send({ ...acceptance, type: "websocket.accept" });
    } catch (error) {
      // An acceptance that is refused has changed nothing, and may be tried again.
      this.#accepting = undefined;
      throw error;
    }
    this.#isAccepted = true;
    this.#subprotocol = acceptance.subprotocol;
    const { keepalive = 0, timeout } = this.#options;
    if (keepalive > 0) await this.#send(keepaliveOf(keepalive, timeout));
    return this.connection.isConnected;
  }

  async #mustBeOpen(): Promise<void> {
    if (this.#accepting === undefined && this.#closing === undefined) await this.accept();
    else await this.#accepting;
  }

  /** One after the other: what the contract asks for, and what nobody wants to keep count of. */
  #inTurn(event: WebSocketSendEvent): Promise<boolean> {
    if (this.#closing !== undefined) return refused("the session was closed");
    const accepted = this.#accepting ?? this.accept();
    const done = this.#turn.then(async () => {
      await accepted;
      await this.#send(event);
      return this.connection.isConnected;
    });
    this.#turn = done.catch(() => undefined);
    return owned(done);
  }
}

const DECODER = new TextDecoder();

function keepaliveOf(interval: number, timeout: number | undefined): WebSocketSendEvent {
  return { type: "websocket.keepalive", interval, ...(timeout !== undefined && { timeout }) };
}

/** Whoever does not await a send must not end the process by it; the server has logged what it refused. */
function owned<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => undefined);
  return promise;
}

function refused(message: string): Promise<never> {
  return owned(Promise.reject(new ClosedError(message)));
}
