/**
 * Node only. Request listeners of `node:http` as message apps: Express, Koa (`app.callback()`), Fastify
 * (`app.routing`), Nest (its Express instance), and whatever else is called with `(request, response)`; and servers of
 * `node:http` that do not listen, with what is attached to them: `ws`, Socket.IO, the WebSockets of Fastify and Nest.
 *
 * `fromNode` loses: WebSocket sessions where nobody listens to `upgrade` (refused with 501), the difference of an event
 * stream (an `sse` scope is answered as plain HTTP), the case of request header names in `rawHeaders`, what of the
 * request body is not read when the response ends, trailers that no `Trailer` field announces, the body of a 205,
 * `Connection` and `Keep-Alive` (only `close` counts), and bytes written to the socket of a request that is not
 * upgraded (interim responses aside). Of a server: its limits and timeouts, `connection`, `listening`, `connect`,
 * `checkExpectation`, `clientError` and every other event but `request`, `checkContinue`, `upgrade` and `close`.
 *
 * `toNode` loses: WebSocket sessions, taking the connection (`io`) of a request that asks for no upgrade, TLS facts,
 * the path of a unix socket, and over HTTP/2 the reason phrase. Limits and timeouts are those of the node server;
 * lifespan and log are its own (`startup`, `shutdown` and `log`).
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { checkOptions, type OptionKind } from "../http/check-options.ts";
import type { App } from "../pagi/app.ts";
import { UsageError } from "../http/errors.ts";
import { callNode, type NodeListener } from "./node-http/hosted-exchange.ts";
import { asksForUpgrade, callUpgrade, makeUpgradeRequest } from "./node-http/hosted-upgrade.ts";
import { liveWith } from "./node-http/framework-life.ts";
import { type HostOptions, listenerHost, type NodeHost, serverHost } from "./node-http/node-host.ts";
import { NodeApp, type ToNodeOptions } from "./node-server/node-app.ts";
import { refuseWebSocket } from "./stream/refuse.ts";

/**
 * What a framework does beside answering: `startup` before the first request, `shutdown` after the last; `upgrade` and
 * `stopping` are about connections that it takes over.
 */
export type FromNodeOptions = HostOptions;

const OPTION_KINDS: Readonly<Record<keyof FromNodeOptions, OptionKind>> = {
  upgrade: "function",
  stopping: "function",
  startup: "function",
  shutdown: "function",
};

/** A message app as a request listener. */
export interface NodeHandler {
  (request: IncomingMessage, response: ServerResponse): void;
  /**
   * For `server.on("upgrade", handler.upgrade)`: the app may take the connection of such a request (`io`), or answers
   * it as any other. It gets every request with `Upgrade` then.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Uint8Array): void;
  /** Runs lifespan startup now instead of with the first request. Rejects with a message when the app refuses. */
  startup(): Promise<void>;
  /** Tells the calls that took a connection that the server begins to stop: nobody else knows when they are to end. */
  stopping(): void;
  /** Runs lifespan shutdown. Call it when the server has closed. Never rejects. */
  shutdown(): Promise<void>;
  /** Calls of the app that have not settled. */
  readonly running: number;
}

/**
 * Makes a message app of a request listener. The listener gets a genuine `http.IncomingMessage` and
 * `http.ServerResponse`: bodies stream both ways and are paced, a lost client is `aborted` and `close`, a destroyed
 * response is incomplete, an error thrown or rejected by the listener is the server's 500. Below a mount `url` is
 * what is left, beside `originalUrl` and `baseUrl`. With `startup` or `shutdown` it takes part in lifespan.
 *
 * A server that does not listen stands for its listeners of `request`, `checkContinue` and `upgrade`, so `ws`,
 * Socket.IO and others that attach to a server work on it; it is closed with lifespan shutdown. A request with
 * `Upgrade` that somebody listens to is answered with 501 on a server that cannot hand over its connection (`io`).
 * Throws a `UsageError` for anything else, for a server that listens and for unknown options.
 *
 * @example
 * const app = fromNode((request, response) => response.end(`Hello from ${request.url}`));
 *
 * @example
 * import { createServer } from "node:http";
 * const server = createServer((request, response) => response.end("Hello"));
 * server.on("upgrade", (request, socket) => socket.end("HTTP/1.1 403 Forbidden\r\n\r\n"));
 * const app = fromNode(server);
 */
export function fromNode(source: NodeListener | Server, options: FromNodeOptions = {}): App {
  const { listener, upgrading, life } = hostOf(source, options);
  const others: App = async (scope, receive, send) => {
    // Declined by returning, where there is nothing to start or stop.
    if (scope.type === "lifespan") return life === undefined ? undefined : liveWith(life, receive, send);
    if (upgrading !== undefined && asksForUpgrade(scope)) {
      const request = makeUpgradeRequest(scope);
      if (upgrading.wants(request)) return callUpgrade(upgrading, request, scope, send);
    }
    if (scope.type === "websocket") return refuseWebSocket(send);
    return callNode(listener, scope, receive, send);
  };
  // Trick "no frame": most requests need no async function around their own promise; bench server tack-fastify.
  return (scope, receive, send) => {
    const isPlain = scope.type === "http" && (upgrading === undefined || !asksForUpgrade(scope));
    return isPlain ? callNode(listener, scope, receive, send) : others(scope, receive, send);
  };
}

function hostOf(source: NodeListener | Server, options: FromNodeOptions): NodeHost {
  checkOptions("fromNode", options, OPTION_KINDS);
  if (typeof source === "function") return listenerHost(source, options);
  if (typeof (source as Partial<Server> | null)?.rawListeners !== "function") {
    throw new UsageError(
      "fromNode: give it a function (request, response), as http.createServer takes it, or a server",
    );
  }
  if (options.upgrade === undefined) return serverHost(source, options);
  throw new UsageError("fromNode: a server has upgrade listeners of its own");
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
 * server.on("upgrade", listener.upgrade);
 * server.on("close", () => void listener.shutdown());
 */
export function toNode(app: App, options: ToNodeOptions = {}): NodeHandler {
  if (typeof app !== "function") throw new UsageError("toNode: give it an app (scope, receive, send)");
  checkOptions("toNode", options, { log: "function", rootPath: "string", lifespanTimeoutMs: "number" });
  const running = new NodeApp(app, options);
  const listener = (request: IncomingMessage, response: ServerResponse): void =>
    running.handle(request, response);
  const controls: Omit<NodeHandler, "running"> = {
    upgrade: (request, socket, head) => running.upgrade(request, socket, head),
    startup: () => running.startup(),
    stopping: () => running.stopping(),
    shutdown: () => running.shutdown(),
  };
  Object.assign(listener, controls);
  return Object.defineProperty(listener, "running", { get: () => running.running }) as never;
}
