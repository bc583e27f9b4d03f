/** Calls a fetch handler and sees its response through to the end. */
import type { Receive, Send } from "../../pagi/app.ts";
import type { Connection } from "../../pagi/connection.ts";
import type { HttpSendEvent } from "../../pagi/event.ts";
import type { ClientAddress, Headers as HeaderPairs, HttpScope, SseScope } from "../../pagi/scope.ts";
import { isPromise } from "../stream/source.ts";
import { reportTo } from "../stream/report.ts";
import type { Report } from "../stream/source.ts";
import type { FetchContext, FetchHandler } from "../../http/fetch-handler.ts";
import type { FromFetchOptions } from "../direct.ts";
import { isFetchMethod, requestOf } from "./request.ts";
import { type ResponseOutlet, answerWith } from "./response.ts";

/** A handler with its options. */
export interface FetchTarget {
  readonly app: FetchHandler;
  readonly options: FromFetchOptions;
}

/**
 * Calls the handler and sends what it returns. Settles after the work given to `waitUntil`, so a server that
 * waits for its apps at a stop waits for that too.
 */
export async function callFetch(
  target: FetchTarget,
  scope: HttpScope | SseScope,
  receive: Receive,
  send: Send,
): Promise<void> {
  const exchange = new FetchExchange(scope, send);
  if (!isFetchMethod(scope.method)) return refuseMethod(exchange);
  const request = requestOf(scope, receive, target.options);
  const returned = target.app(request, exchange, exchange);
  await answerWith(isPromise(returned) ? await returned : returned, exchange);
  if (exchange.work.length > 0) await Promise.all(exchange.work);
}

async function refuseMethod({ send, scope }: FetchExchange): Promise<void> {
  await send({ type: "http.response.start", status: 501, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: `${scope.method} is not implemented here.\n` });
}

/** Both what the handler is told and where its response goes; asks the scope only when asked. */
class FetchExchange implements FetchContext, ResponseOutlet {
  readonly scope: HttpScope | SseScope;
  readonly send: Send<HttpSendEvent>;
  #work: Promise<unknown>[] | undefined;

  constructor(scope: HttpScope | SseScope, send: Send) {
    this.scope = scope;
    this.send = send;
  }

  get clientAddress(): ClientAddress | undefined {
    return this.scope.client;
  }

  get rootPath(): string {
    return this.scope.rootPath;
  }

  get connection(): Connection {
    return this.scope.connection;
  }

  get isHead(): boolean {
    return this.scope.method === "HEAD";
  }

  get report(): Report {
    return reportTo(this.scope.extensions.logger);
  }

  /** What `waitUntil` was given; none of it rejects. */
  get work(): readonly Promise<unknown>[] {
    return this.#work ?? [];
  }

  waitUntil(work: Promise<unknown>): void {
    this.#work ??= [];
    this.#work.push(work.catch((error: unknown) => this.report("work after the response failed", error)));
  }

  async informational(status: number, headers: HeaderPairs): Promise<void> {
    if (this.scope.extensions.earlyHints === undefined) return;
    await this.send({ type: "http.response.informational", status, headers });
  }
}
