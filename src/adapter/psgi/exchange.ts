/** The exchange of one scope, as the request/response form needs it. */
import type { Send } from "../../pagi/app.ts";
import type { Connection } from "../../pagi/connection.ts";
import type { HttpSendEvent } from "../../pagi/event.ts";
import type { HttpScope, SseScope } from "../../pagi/scope.ts";
import { reportTo } from "../stream/report.ts";
import type { Report } from "../stream/source.ts";
import type { Exchange } from "./answer.ts";

/** Asks the scope only when somebody asks here: a server may make its connection object that late. */
export class ScopeExchange implements Exchange {
  readonly send: Send<HttpSendEvent>;
  readonly #scope: HttpScope | SseScope;

  constructor(scope: HttpScope | SseScope, send: Send) {
    this.#scope = scope;
    this.send = send;
  }

  get connection(): Connection {
    return this.#scope.connection;
  }

  get isHead(): boolean {
    return this.#scope.method === "HEAD";
  }

  get report(): Report {
    return reportTo(this.#scope.extensions.logger);
  }
}
