/** One invocation: one exchange, within the time the platform gives it. */
import { EventStreamExchange, sseScope } from "../../exchange/event-stream-exchange.ts";
import type { Exchange, ExchangeHost } from "../../exchange/exchange.ts";
import { HttpExchange } from "../../exchange/http-exchange.ts";
import { asksForEvents } from "../../http/event-stream.ts";
import { joinHeader } from "../../http/headers.ts";
import type { App } from "../../pagi/app.ts";
import type { DisconnectReason } from "../../pagi/connection.ts";
import type { Extensions, LambdaContext, LambdaExtension } from "../../pagi/extension.ts";
import type { State } from "../../pagi/scope.ts";
import type { WholeAnswer } from "./answer.ts";
import type { EventRequest } from "./event-request.ts";
import { type LambdaWire, plainHead, type WireOwner } from "./lambda-wire.ts";
import { LambdaScope } from "./scope.ts";

/** What all invocations of an instance share. */
export interface InvocationHost extends ExchangeHost {
  readonly app: App;
  readonly rootPath: string;
  readonly state: State;
  /** How long before the end of its time an invocation is answered in the app's place. */
  readonly marginMs: number;
}

/** What the platform handed over. */
export interface InvocationFacts {
  readonly event: unknown;
  readonly context: LambdaContext | undefined;
  readonly request: EventRequest;
}

/** Begins with `run`. */
export class Invocation implements WireOwner {
  readonly #facts: InvocationFacts;
  readonly #host: InvocationHost;
  readonly #wire: LambdaWire;
  readonly #http: HttpExchange;
  readonly #exchange: Exchange;
  #timeIsUp: () => void = () => undefined;

  constructor(facts: InvocationFacts, host: InvocationHost, wireFor: (owner: WireOwner) => LambdaWire) {
    this.#facts = facts;
    this.#host = host;
    this.#wire = wireFor(this);
    const { method, headers, body } = facts.request;
    const isHead = method === "HEAD";
    this.#http = new HttpExchange(this.#wire, host, isHead, body !== undefined);
    const accept = joinHeader(headers, "accept") ?? "";
    const isStream = asksForEvents(accept);
    this.#exchange = isStream ? new EventStreamExchange(this.#http, this.#wire, isHead) : this.#http;
    if (body !== undefined) this.#exchange.pushBody(body, true);
  }

  /**
   * Resolves when the answer is whole and the app's call is over, because an instance is frozen afterwards; or when
   * the time is up. Rejects when a streamed response stays incomplete.
   */
  async run(): Promise<WholeAnswer | void> {
    const late = new Promise<void>((resolve) => (this.#timeIsUp = resolve));
    const timer = this.#watchTime();
    const plain = new LambdaScope(this.#facts.request, this.#scopeFacts(), this.#exchange);
    const scope = this.#exchange === this.#http ? plain : sseScope(plain);
    const settled = new Promise<void>((resolve) => this.#exchange.run(this.#host.app, scope, resolve));
    try {
      await Promise.race([settled.then(() => this.#wire.answer), late]);
      return await this.#wire.answer;
    } finally {
      clearTimeout(timer);
    }
  }

  #scopeFacts(): { rootPath: string; extensions: Extensions; state: State } {
    const { rootPath, state, log } = this.#host;
    const event = this.#facts.event as LambdaExtension["event"] & Pick<LambdaExtension, "requestContext">;
    const lambda = { event, requestContext: event.requestContext, context: this.#facts.context };
    return { rootPath, state, extensions: { logger: log, lambda } };
  }

  #watchTime(): NodeJS.Timeout | undefined {
    const remaining = this.#facts.context?.getRemainingTimeInMillis?.();
    if (remaining === undefined) return undefined;
    const end = (): void => {
      this.#exchange.stop();
      this.#giveUp("x-lambda-deadline", 504, "the time of the invocation is up");
      this.#timeIsUp();
    };
    return setTimeout(end, Math.max(0, remaining - this.#host.marginMs));
  }

  tooLarge(maxBytes: number): void {
    this.#giveUp("write_error", 500, `the response is larger than the ${maxBytes} bytes that Lambda takes`);
  }

  lost(detail: string): void {
    this.#exchange.end("client_closed", detail);
  }

  /** The instance ends. An event stream ends as a whole one (SSE-18), as at the end of its time: its client comes back. */
  shutdown(): void {
    this.#exchange.stop();
    this.#giveUp("server_shutdown", 503, "the instance is shut down");
    this.#timeIsUp();
  }

  #giveUp(reason: DisconnectReason, status: number, detail: string): void {
    if (!this.#http.isOpen) return;
    this.#host.log({ level: "error", message: detail });
    this.#exchange.end(reason, detail);
    const { head, text } = plainHead(status);
    this.#wire.replaceWith(head, text);
  }
}
