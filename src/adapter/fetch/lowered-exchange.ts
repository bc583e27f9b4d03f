/** One call of a message app for one `Request`. */
import { EventStreamExchange, sseScope } from "../../exchange/event-stream-exchange.ts";
import type { Exchange, ExchangeHost } from "../../exchange/exchange.ts";
import { HttpExchange } from "../../exchange/http-exchange.ts";
import { asksForEvents } from "../../http/event-stream.ts";
import type { SessionLimits } from "../../exchange/frame-codec.ts";
import { WebSocketExchange } from "../../exchange/websocket-exchange.ts";
import type { App, Receive } from "../../pagi/app.ts";
import type { Connection, Transport } from "../../pagi/connection.ts";
import type { ExchangeScope, Headers as HeaderPairs } from "../../pagi/scope.ts";
import { LoweredBody } from "./lowered-body.ts";
import { FetchScope, type ScopeExchange, type ScopeSetting } from "./lowered-scope.ts";
import { LoweredWire, type WireOwner } from "./lowered-wire.ts";
import { acceptanceOf, handshakeIn, sessionHostOf } from "./lowered-session.ts";
import type { FetchFacts } from "./platform.ts";
import type { PlatformSession } from "./platform-socket.ts";
import { SocketCodec } from "./socket-codec.ts";

/** What the exchanges of one handler share. */
export interface LoweredHost extends ExchangeHost, ScopeSetting {
  readonly app: App;
  readonly sessions: SessionLimits;
}

/** A request to an app; begins with `run`. */
export class LoweredExchange implements WireOwner, ScopeExchange {
  readonly #request: Request;
  readonly #host: LoweredHost;
  readonly #facts: FetchFacts;
  readonly #wire: LoweredWire;
  readonly #http: HttpExchange;
  readonly #exchange: Exchange;
  readonly #body: LoweredBody | undefined;
  #codec: SocketCodec | undefined;
  #isAccepted = false;
  #isWatching = false;

  /** Throws a `ProtocolError` for a broken WebSocket handshake. */
  constructor(request: Request, host: LoweredHost, facts: FetchFacts) {
    this.#request = request;
    this.#host = host;
    this.#facts = facts;
    this.#wire = new LoweredWire(this);
    const hasBody = request.body !== null;
    this.#http = new HttpExchange(this.#wire, host, request.method === "HEAD", hasBody);
    this.#exchange = this.#open();
    this.#body = hasBody ? new LoweredBody(request, this.#http, this.#lost) : undefined;
  }

  #open(): Exchange {
    const { headers, method } = this.#request;
    const handshake = this.#facts.upgrade === undefined ? undefined : handshakeIn(this.#request);
    if (handshake !== undefined) {
      this.#codec = new SocketCodec(this.#host.sessions.maxMessageBytes, this.#lost);
      const sessions = sessionHostOf(this.#codec, this.#host.sessions);
      return new WebSocketExchange(this.#http, this.#wire, handshake, sessions);
    }
    const wantsEvents = asksForEvents(headers.get("accept") ?? "");
    return wantsEvents ? new EventStreamExchange(this.#http, this.#wire, method === "HEAD") : this.#http;
  }

  /** Settles with the head, or rejects when the exchange was cut before it. */
  get response(): Promise<Response> {
    return this.#wire.response;
  }

  /** Calls the app; resolves when its call is over. Never rejects. */
  async run(): Promise<void> {
    const facts = this.#facts;
    facts.completed?.catch(this.#aborted);
    const plain = new FetchScope({ request: this.#request, facts, setting: this.#host, exchange: this });
    const scope = this.#scopeOf(plain);
    await new Promise<void>((settled) => this.#exchange.run(this.#app, scope, settled));
    if (this.#isWatching) this.#request.signal.removeEventListener("abort", this.#aborted);
    this.#body?.release();
  }

  #scopeOf(plain: FetchScope): ExchangeScope {
    if (this.#exchange instanceof WebSocketExchange) return this.#exchange.scopeOf(plain);
    return this.#exchange === this.#http ? plain : sseScope(plain);
  }

  /** The app, watched for a `receive` that can only mean the end. */
  readonly #app: App = (scope, receive, send) => {
    const watched: Receive = (options) => {
      if (this.#body?.isOver !== false) this.#watch();
      return receive(options);
    };
    return this.#host.app(scope, watched, send);
  };

  get connection(): Connection {
    this.#watch();
    return this.#exchange.connection;
  }

  get transport(): Transport {
    return this.#exchange.transport;
  }

  /**
   * Notices a client that goes while nothing is read or written. Only when somebody wants to know: signals are
   * costly, and Deno warns everybody who looks at one.
   */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    const { signal } = this.#request;
    if (signal.aborted) this.#aborted();
    else signal.addEventListener("abort", this.#aborted, { once: true });
  }

  /** A socket says by itself that it is over, and on some platforms the request of an accepted one is aborted. */
  readonly #aborted = (): void => {
    if (!this.#isAccepted) this.#lost("the request was aborted");
  };

  /** The server begins to stop. */
  stop(): void {
    this.#exchange.stop();
  }

  /** The server stops and waits no longer. */
  shutdown(): void {
    this.#exchange.end("server_shutdown");
    this.#wire.abort();
  }

  accept(headers: HeaderPairs): PlatformSession {
    const codec = this.#codec!;
    this.#isAccepted = true;
    try {
      const session = this.#facts.upgrade!(acceptanceOf(headers), codec);
      codec.begin(session);
      return session;
    } catch (error) {
      this.#lost(`the platform refused the handshake: ${String(error)}`);
      throw error;
    }
  }

  get socket(): SocketCodec | undefined {
    return this.#codec;
  }

  wantBody(): void {
    this.#body?.want();
  }

  cancelled(reason: unknown): void {
    this.#lost(`the response body was cancelled: ${String(reason)}`);
  }

  log(message: string): void {
    this.#host.log({ level: "error", message });
  }

  /** The client has gone; after a clean end nobody cares (CONN-8). */
  readonly #lost = (detail: string): void => {
    if (!this.#http.isOpen) return;
    this.#exchange.end("client_closed", detail);
    this.#wire.drop();
  };
}
