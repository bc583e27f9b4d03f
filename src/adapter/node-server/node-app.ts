/** Node only. A message app behind a request listener: lifespan, and one exchange per request. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { describeError } from "../../exchange/describe-error.ts";
import { type ExchangeHost, HttpExchange } from "../../exchange/http-exchange.ts";
import { Lifespan } from "../../exchange/lifespan.ts";
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import { quietLog } from "../../exchange/quiet-log.ts";
import { reasonPhrase } from "../../http/status.ts";
import type { App } from "../../pagi/app.ts";
import type { Extensions, Logger } from "../../pagi/extension.ts";
import { nodeFiles } from "../../server/node-files.ts";
import { faultOf } from "./request-fault.ts";
import { hasBody, NodeBody } from "./node-body.ts";
import { NodeScope } from "./node-scope.ts";
import { NodeWire } from "./node-wire.ts";

/** How an app is run behind a listener. */
export interface ToNodeOptions {
  /** Where trouble is reported; nowhere when absent. */
  readonly log?: Logger;
  /** The path under which the server is mounted by whoever is in front of it. */
  readonly rootPath?: string;
  /** Time lifespan startup, and later shutdown, may take. @default 60000 */
  readonly lifespanTimeoutMs?: number;
}

const OFFERED = Object.freeze({});

/** One per listener. */
export class NodeApp {
  readonly #app: App;
  readonly #host: ExchangeHost;
  readonly #rootPath: string;
  readonly #extensions: Extensions;
  readonly #lifespan: Lifespan;
  #startup: Promise<void> | undefined;
  #shutdown: Promise<void> | undefined;
  #isStarted = false;
  /** Calls of the app that have not settled. */
  running = 0;

  constructor(app: App, options: ToNodeOptions) {
    const log = quietLog(options.log);
    this.#app = app;
    this.#host = { log, files: nodeFiles };
    this.#rootPath = options.rootPath ?? "";
    this.#extensions = { earlyHints: OFFERED, requestTrailers: OFFERED, fullflush: OFFERED, logger: log };
    this.#lifespan = new Lifespan(app, {
      log,
      timeoutMs: options.lifespanTimeoutMs ?? 60_000,
      info: PAGI_INFO,
    });
  }

  /** Starts the app once; rejects when it refuses. */
  startup(): Promise<void> {
    this.#startup ??= this.#lifespan.startup().then(() => void (this.#isStarted = true));
    return this.#startup;
  }

  /** Tells the app that it is over. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#isStarted ? this.#lifespan.shutdown() : Promise.resolve();
    return this.#shutdown;
  }

  /** Answers one request; the first one starts the app. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    if (this.#isStarted) return this.#run(request, response);
    this.startup().then(
      () => this.#run(request, response),
      (error: unknown) => this.#refuse(response, 503, `the app has not started: ${describeError(error)}`),
    );
  }

  #run(request: IncomingMessage, response: ServerResponse): void {
    const fault = faultOf(request);
    if (fault !== undefined) return this.#refuse(response, fault, `a malformed request: ${request.url}`);
    const isWithBody = hasBody(request);
    if (isWithBody && (request.readableDidRead || request.readableEnded)) {
      const advice = "the request body was read before toNode got it: put toNode before the body parser";
      return this.#refuse(response, 500, advice);
    }
    const body = new NodeBody(request, response);
    const wire = new NodeWire(response, body.want);
    const exchange = new HttpExchange(wire, this.#host, request.method === "HEAD", isWithBody);
    body.feed(exchange);
    response.on("close", () => {
      if (!response.writableFinished) exchange.end("client_closed", "the connection was closed");
      body.release();
    });
    const facts = { rootPath: this.#rootPath, extensions: this.#extensions, state: this.#lifespan.state };
    this.running++;
    void exchange.run(this.#app, new NodeScope(request, facts, exchange), this.#settled);
  }

  readonly #settled = (): void => {
    this.running--;
  };

  #refuse(response: ServerResponse, status: number, message: string): void {
    this.#host.log({ level: "error", message });
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" });
    response.end(`${reasonPhrase(status)}\n`);
  }
}
