/** One call of a message app for one `Request`. */
import { EventStreamExchange, sseScope } from "../../exchange/event-stream-exchange.ts";
import type { Exchange, ExchangeHost } from "../../exchange/exchange.ts";
import { HttpExchange } from "../../exchange/http-exchange.ts";
import { asksForEvents } from "../../http/event-stream.ts";
import type { App, Receive } from "../../pagi/app.ts";
import type { Connection, Transport } from "../../pagi/connection.ts";
import { LoweredBody } from "./lowered-body.ts";
import { FetchScope, type ScopeExchange, type ScopeSetting } from "./lowered-scope.ts";
import { LoweredWire, type WireOwner } from "./lowered-wire.ts";
import type { FetchFacts } from "./platform.ts";

/** What the exchanges of one handler share. */
export interface LoweredHost extends ExchangeHost, ScopeSetting {
  readonly app: App;
}

/** A request to an app; begins with `run`. */
export class LoweredExchange implements WireOwner, ScopeExchange {
  readonly #request: Request;
  readonly #host: LoweredHost;
  readonly #wire: LoweredWire;
  readonly #http: HttpExchange;
  readonly #wantsEvents: boolean;
  readonly #exchange: Exchange;
  readonly #body: LoweredBody | undefined;
  #isWatching = false;

  constructor(request: Request, host: LoweredHost) {
    this.#request = request;
    this.#host = host;
    this.#wire = new LoweredWire(this);
    const hasBody = request.body !== null;
    const isHead = request.method === "HEAD";
    this.#http = new HttpExchange(this.#wire, host, isHead, hasBody);
    this.#wantsEvents = asksForEvents(request.headers.get("accept") ?? "");
    this.#exchange = this.#wantsEvents ? new EventStreamExchange(this.#http, this.#wire, isHead) : this.#http;
    this.#body = hasBody ? new LoweredBody(request, this.#http, this.#lost) : undefined;
  }

  /** Settles with the head, or rejects when the exchange was cut before it. */
  get response(): Promise<Response> {
    return this.#wire.response;
  }

  /** Calls the app; resolves when its call is over. Never rejects. */
  async run(facts: FetchFacts): Promise<void> {
    facts.completed?.catch(this.#aborted);
    const plain = new FetchScope({ request: this.#request, facts, setting: this.#host, exchange: this });
    const scope = this.#wantsEvents ? sseScope(plain) : plain;
    await new Promise<void>((settled) => this.#exchange.run(this.#app, scope, settled));
    if (this.#isWatching) this.#request.signal.removeEventListener("abort", this.#aborted);
    this.#body?.release();
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

  readonly #aborted = (): void => this.#lost("the request was aborted");

  /** The server begins to stop. */
  stop(): void {
    this.#exchange.stop();
  }

  /** The server stops and waits no longer. */
  shutdown(): void {
    this.#exchange.end("server_shutdown");
    this.#wire.abort();
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
