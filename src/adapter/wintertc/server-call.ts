/** One call of a handler of the draft: its context, and its way to the hub. */
import { ContractError } from "../../http/errors.ts";
import type { FetchContext } from "../../http/fetch-handler.ts";
import { NOT_IN_TRAILERS } from "../../http/trailers.ts";
import type { Receive, Send } from "../../pagi/app.ts";
import type { HttpResponseStart, SendEvent } from "../../pagi/event.ts";
import type { Headers as HeaderPairs, HttpScope, SseScope } from "../../pagi/scope.ts";
import { CallContext } from "./call-context.ts";
import type { Answer, AnyResponse, ServerHandler } from "./types.ts";

const BODYLESS = new Set([204, 205, 304]);

/** Stands around the fetch adapter: what that cannot say goes past it here. */
export class ServerCall {
  readonly #scope: HttpScope | SseScope;
  readonly #receive: Receive;
  readonly #send: Send;
  #tellTrailers: (trailers: Headers) => void = () => undefined;
  #requestTrailers: Promise<Headers> | undefined;
  #responseTrailers: Promise<Headers> | undefined;
  #sendsTrailers = false;

  constructor(scope: HttpScope | SseScope, receive: Receive, send: Send) {
    this.#scope = scope;
    this.#receive = receive;
    this.#send = send;
  }

  /** Calls the handler for `request`. What it throws, and what is no answer, is the server's 500. */
  async answer(handler: ServerHandler, request: Request, fetchContext: FetchContext): Promise<Response> {
    this.#requestTrailers = new Promise((resolve) => (this.#tellTrailers = resolve));
    if (request.body === null) this.#tellTrailers(new Headers());
    if (!("trailers" in request)) {
      Object.defineProperty(request, "trailers", { value: this.#requestTrailers, configurable: true });
    }
    const context = new CallContext(request, this.#scope, fetchContext, this.#send);
    const response = await this.#responseOf(handler, context);
    await context.commit();
    this.#responseTrailers = response?.trailers;
    // Nobody may ever ask for them.
    this.#responseTrailers?.catch(() => undefined);
    // After a denial nothing is sent any more.
    return response ?? new Response(null);
  }

  async #responseOf(handler: ServerHandler, context: CallContext): Promise<Answer> {
    try {
      return checked(await handler.fetch(context), context);
    } catch (error) {
      if (handler.error === undefined || !context.isResponseCapable) throw error;
      const answer = await handler.error(context, error);
      if (answer === undefined && !context.isOver) throw error;
      return checked(answer, context);
    }
  }

  /** Sees the trailers of the request go by. */
  readonly receive: Receive = async (options) => {
    const event = await this.#receive(options);
    if (event.type === "http.request" && !event.more) {
      this.#tellTrailers(new Headers((event.trailers ?? []) as [string, string][]));
    }
    // The request for an event stream has none to tell of.
    if (event.type === "sse.request" && !event.more) this.#tellTrailers(new Headers());
    return event;
  };

  /** Adds the trailers of the response. */
  readonly send: Send = async (event) => {
    if (event.type === "http.response.start") return this.#send(this.#startOf(event));
    await this.#send(event);
    if (event.type !== "http.response.body" || event.more === true || !this.#sendsTrailers) return;
    this.#sendsTrailers = false;
    const fields = [...(await this.#responseTrailers!)];
    const headers = fields.filter(([name]) => !NOT_IN_TRAILERS.has(name));
    await this.#send({ type: "http.response.trailers", headers });
  };

  /** HTTP-18: a declared length and trailers exclude each other. */
  #startOf(event: HttpResponseStart): SendEvent {
    const isBodyless = this.#scope.method === "HEAD" || BODYLESS.has(event.status);
    if (this.#responseTrailers === undefined || isBodyless || hasLength(event.headers ?? [])) return event;
    this.#sendsTrailers = true;
    return { ...event, trailers: true };
  }
}

function hasLength(headers: HeaderPairs): boolean {
  return headers.some(([name]) => name === "content-length");
}

/** Nothing is an answer after a denial and a loss only. */
function checked(answer: Answer, context: CallContext): AnyResponse | undefined {
  if (answer === undefined && context.isOver) return undefined;
  if (context.isDenied) throw new ContractError("APP-2", "a handler gave a response after deny()");
  if (answer !== undefined) return answer;
  throw new TypeError("a handler returns a Response, or nothing after deny()");
}
