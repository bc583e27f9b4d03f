/** Node only. A message app behind a request listener: lifespan, and one exchange per request. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { describeError } from "../../exchange/describe-error.ts";
import { EventStreamExchange, sseScope } from "../../exchange/event-stream-exchange.ts";
import type { Exchange, ExchangeHost } from "../../exchange/exchange.ts";
import { HttpExchange } from "../../exchange/http-exchange.ts";
import { Lifespan } from "../../exchange/lifespan.ts";
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import { quietLog } from "../../exchange/quiet-log.ts";
import { reasonPhrase } from "../../http/status.ts";
import type { App } from "../../pagi/app.ts";
import type { Extensions, Logger } from "../../pagi/extension.ts";
import type { SseScope } from "../../pagi/scope.ts";
import { nodeFiles } from "../../server/node-files.ts";
import { faultOf } from "./request-fault.ts";
import { hasBody, NodeBody } from "./node-body.ts";
import {
  ClientWatch,
  isBodyOnSocket,
  lastResponse,
  letGo,
  offerConnection,
  whenFree,
} from "./node-upgrade.ts";
import { NodeScope, wantsEvents } from "./node-scope.ts";
import { NodeWire } from "./node-wire.ts";
import { SocketBody } from "./socket-body.ts";

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
  /** What does not end by itself: event streams, and calls that took their connection. */
  readonly #lasting = new Set<Exchange>();
  #isStopping = false;
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

  /** Ends event streams (SSE-18), and tells the calls that took a connection that the server begins to stop (EXT-IO-4). */
  stopping(): void {
    this.#isStopping = true;
    for (const exchange of this.#lasting) exchange.stop();
  }

  /** Tells the app that it is over. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#isStarted ? this.#lifespan.shutdown() : Promise.resolve();
    return this.#shutdown;
  }

  /** Answers one request; the first one starts the app. */
  handle(request: IncomingMessage, response: ServerResponse): void {
    this.#whenStarted(response, () => this.#run(request, response));
  }

  /** Answers a request that asks for an upgrade, or lets the app take its connection. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void {
    // Node has taken its own listeners off; a client that is lost now must not end the process.
    socket.on("error", () => undefined);
    whenFree(socket, () => {
      if (socket.destroyed) return;
      const response = lastResponse(request, socket);
      this.#whenStarted(response, () => this.#runUpgrade(request, response, head));
    });
  }

  #whenStarted(response: ServerResponse, run: () => void): void {
    if (this.#isStarted) return run();
    this.startup().then(run, (error: unknown) =>
      this.#refuse(response, 503, `the app has not started: ${describeError(error)}`),
    );
  }

  #run(request: IncomingMessage, response: ServerResponse): void {
    if (hasBody(request) && (request.readableDidRead || request.readableEnded)) {
      const advice = "the request body was read before toNode got it: put toNode before the body parser";
      return this.#refuse(response, 500, advice);
    }
    const body = new NodeBody(request, response);
    const exchange = this.#makeExchange(request, response, body);
    if (exchange === undefined) return;
    response.on("close", () => {
      if (!response.writableFinished) exchange.end("client_closed", "the connection was closed");
      body.release();
    });
    this.#call(request, exchange, this.#extensions);
  }

  #runUpgrade(request: IncomingMessage, response: ServerResponse, head: Uint8Array): void {
    const socket = response.socket;
    if (socket === null) return;
    const watch = new ClientWatch(socket, () => left("the client ended its side"));
    const onSocket = isBodyOnSocket(request) ? new SocketBody(request, response, head, watch) : undefined;
    const body = onSocket ?? new NodeBody(request, response);
    const release = (): void => {
      watch.stop();
      body.release();
    };
    // Before the socket is let go: only then what still comes is thrown away.
    response.prependListener("finish", release);
    const exchange = this.#makeExchange(request, response, body);
    if (exchange === undefined) return;
    const left = (how: string): void => {
      release();
      if (!response.writableFinished) exchange.end("client_closed", how);
      letGo(socket);
    };
    socket.once("close", () => {
      this.#lasting.delete(exchange);
      left("the connection was closed");
    });
    // As long as node reads the body it notices by itself.
    if (request.complete) watch.start();
    const io = offerConnection(exchange, response, () => {
      release();
      this.#lasting.add(exchange);
      if (this.#isStopping) this.stopping();
      return onSocket?.rest ?? head;
    });
    // RFC 9110 7.8: nothing is upgraded on HTTP/1.0.
    const isOffered = request.httpVersion === "1.1";
    this.#call(request, exchange, isOffered ? { ...this.#extensions, io } : this.#extensions);
  }

  /** Nothing when the request was refused. */
  #makeExchange(
    request: IncomingMessage,
    response: ServerResponse,
    body: NodeBody | SocketBody,
  ): Exchange | undefined {
    const fault = faultOf(request);
    if (fault !== undefined) {
      this.#refuse(response, fault, `a malformed request: ${request.url}`);
      return undefined;
    }
    const wire = new NodeWire(response, body.want);
    if (!response.shouldKeepAlive) wire.closeAfter();
    const isHead = request.method === "HEAD";
    const exchange = new HttpExchange(wire, this.#host, isHead, hasBody(request));
    body.feed(exchange);
    return wantsEvents(request) ? new EventStreamExchange(exchange, wire, isHead) : exchange;
  }

  #call(request: IncomingMessage, exchange: Exchange, extensions: Extensions): void {
    const facts = { rootPath: this.#rootPath, extensions, state: this.#lifespan.state };
    const scope = new NodeScope(request, facts, exchange);
    this.running++;
    if (exchange instanceof EventStreamExchange) return this.#callStream(exchange, sseScope(scope));
    return exchange.run(this.#app, scope, this.#settled);
  }

  #callStream(exchange: EventStreamExchange, scope: SseScope): void {
    this.#lasting.add(exchange);
    if (this.#isStopping) exchange.stop();
    exchange.run(this.#app, scope, () => {
      this.#lasting.delete(exchange);
      this.#settled();
    });
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
