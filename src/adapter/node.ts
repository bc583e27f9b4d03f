/**
 * Node only. Request listeners of `node:http` as message apps: Express, Koa (`app.callback()`), Fastify
 * (`app.routing`), Nest (its Express instance), and whatever else is called with `(request, response)`.
 *
 * `fromNode` loses: WebSocket sessions (refused with 501), the difference of an event stream (an `sse` scope is
 * answered as plain HTTP), the case of request header names in `rawHeaders`, what of the request body is not read
 * when the response ends, trailers that no `Trailer` field announces, the body of a 205, `Connection` and
 * `Keep-Alive` (only `close` counts), bytes written to the socket itself (interim responses aside), and lifespan.
 */
import type { App } from "../pagi/app.ts";
import { UsageError } from "../http/errors.ts";
import { callNode, type NodeListener } from "./node-http/hosted-exchange.ts";
import { refuseWebSocket } from "./stream/refuse.ts";

/**
 * Makes a message app of a request listener. The listener gets a genuine `http.IncomingMessage` and
 * `http.ServerResponse`: bodies stream both ways and are paced, a lost client is `aborted` and `close`, a destroyed
 * response is incomplete, an error thrown or rejected by the listener is the server's 500. Below a mount `url` is
 * what is left, beside `originalUrl` and `baseUrl`. Throws a `UsageError` for anything but a function.
 *
 * @example
 * const app = fromNode((request, response) => response.end(`Hello from ${request.url}`));
 */
export function fromNode(listener: NodeListener): App {
  if (typeof listener !== "function") {
    throw new UsageError("fromNode: give it a function (request, response), as http.createServer takes it");
  }
  return async (scope, receive, send) => {
    if (scope.type === "websocket") return refuseWebSocket(send);
    // Declined by returning.
    if (scope.type === "lifespan") return;
    return callNode(listener, scope, receive, send);
  };
}
