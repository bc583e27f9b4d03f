/**
 * Node only. Request listeners of `node:http` as message apps: Express, Koa (`app.callback()`), Fastify
 * (`app.routing`), Nest (its Express instance), and whatever else is called with `(request, response)`.
 *
 * `fromNode` loses: WebSocket sessions (refused with 501), the difference of an event stream (an `sse` scope is
 * answered as plain HTTP), the case of request header names in `rawHeaders`, what of the request body is not read
 * when the response ends, trailers that no `Trailer` field announces, the body of a 205, `Connection` and
 * `Keep-Alive` (only `close` counts), and bytes written to the socket itself (interim responses aside).
 *
 * `toNode` loses: WebSocket sessions, taking the connection (`io`), TLS facts, the path of a unix socket, and over
 * HTTP/2 the reason phrase. Limits and timeouts are those of the node server.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { checkOptions } from "../http/check-options.ts";
import type { App } from "../pagi/app.ts";
import { UsageError } from "../http/errors.ts";
import { callNode, type NodeListener } from "./node-http/hosted-exchange.ts";
import { type FrameworkLife, liveWith } from "./node-http/framework-life.ts";
import { NodeApp, type ToNodeOptions } from "./node-server/node-app.ts";
import { refuseWebSocket } from "./stream/refuse.ts";

/** What a framework does beside answering: `startup` before the first request, `shutdown` after the last. */
export type FromNodeOptions = FrameworkLife;

/** A message app as a request listener. */
export interface NodeHandler {
  (request: IncomingMessage, response: ServerResponse): void;
  /** Runs lifespan startup now instead of with the first request. Rejects with a message when the app refuses. */
  startup(): Promise<void>;
  /** Runs lifespan shutdown. Call it when the server has closed. Never rejects. */
  shutdown(): Promise<void>;
  /** Calls of the app that have not settled. */
  readonly running: number;
}

/**
 * Makes a message app of a request listener. The listener gets a genuine `http.IncomingMessage` and
 * `http.ServerResponse`: bodies stream both ways and are paced, a lost client is `aborted` and `close`, a destroyed
 * response is incomplete, an error thrown or rejected by the listener is the server's 500. Below a mount `url` is
 * what is left, beside `originalUrl` and `baseUrl`. With `startup` or `shutdown` it takes part in lifespan. Throws a
 * `UsageError` for anything but a function and for unknown options.
 *
 * @example
 * const app = fromNode((request, response) => response.end(`Hello from ${request.url}`));
 */
export function fromNode(listener: NodeListener, options: FromNodeOptions = {}): App {
  if (typeof listener !== "function") {
    throw new UsageError("fromNode: give it a function (request, response), as http.createServer takes it");
  }
  checkOptions("fromNode", options, { startup: "function", shutdown: "function" });
  const hasLife = options.startup !== undefined || options.shutdown !== undefined;
  return async (scope, receive, send) => {
    if (scope.type === "websocket") return refuseWebSocket(send);
    // Declined by returning, where there is nothing to start or stop.
    if (scope.type === "lifespan") return hasLife ? liveWith(options, receive, send) : undefined;
    return callNode(listener, scope, receive, send);
  };
}

/**
 * Makes a request listener of a message app, for `http.createServer`, `https.createServer` and the compat layer of
 * `http2`, or for a place in an Express or Connect app: below a mount the prefix becomes `rootPath`. Bodies stream
 * both ways and are paced. It must come before whatever reads request bodies. Throws a `UsageError` for wrong
 * options.
 *
 * @example
 * import { createServer } from "node:http";
 * const listener = toNode(app);
 * const server = createServer(listener).listen(3000);
 * server.on("close", () => void listener.shutdown());
 */
export function toNode(app: App, options: ToNodeOptions = {}): NodeHandler {
  if (typeof app !== "function") throw new UsageError("toNode: give it an app (scope, receive, send)");
  checkOptions("toNode", options, { log: "function", rootPath: "string", lifespanTimeoutMs: "number" });
  const running = new NodeApp(app, options);
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    running.handle(request, response);
  const controls = { startup: () => running.startup(), shutdown: () => running.shutdown() };
  Object.assign(listener, controls);
  return Object.defineProperty(listener, "running", { get: () => running.running }) as never;
}
