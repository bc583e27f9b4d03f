/**
 * Node only. Connect middleware, `(request, response, next)`, as message apps: a Connect app, one middleware such as
 * `compression()`, or an Express router.
 *
 * `fromConnect` loses what `fromNode` loses; and where it passes on, the part of the request body that was read
 * before, and `fullflush`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { HttpError, UsageError } from "../http/errors.ts";
import type { App } from "../pagi/app.ts";
import { callNode } from "./node-http/hosted-exchange.ts";
import { type PassedCall, passOn } from "./node-http/pass-on.ts";
import { refuseWebSocket } from "./stream/refuse.ts";

/** A middleware of Connect or Express; `next` passes on, or reports an error. */
export type ConnectHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => unknown;

/**
 * Makes a message app of a Connect middleware. What it passes on goes to `app`, whose response runs through the
 * `ServerResponse` that the middleware has prepared: fields it has set stay, and a wrapped `write` is used. Without
 * `app` it is answered with 404. An error given to `next` is thrown to the server, as an `HttpError` when it has a
 * status. WebSocket and lifespan go to `app` untouched. Throws a `UsageError` for anything but functions.
 *
 * @example
 * const timing: ConnectHandler = (request, response, next) => {
 *   response.setHeader("x-host", request.headers.host ?? "");
 *   next();
 * };
 * const app = fromConnect(timing, reply(200, {}, "Hello"));
 */
export function fromConnect(handler: ConnectHandler, app?: App): App {
  if (typeof handler !== "function") {
    throw new UsageError("fromConnect: give it a function (request, response, next)");
  }
  if (app !== undefined && typeof app !== "function") {
    throw new UsageError("fromConnect: the second argument is the app that gets what is passed on");
  }
  return async (scope, receive, send) => {
    if (scope.type === "http" || scope.type === "sse") {
      const call: PassedCall = { scope, receive, send };
      return callNode(
        (request, response) => run(handler, app, call, { request, response }),
        scope,
        receive,
        send,
      );
    }
    if (app !== undefined) return app(scope, receive, send);
    if (scope.type === "websocket") return refuseWebSocket(send);
  };
}

interface Pair {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Resolves when the handler has passed on and that is done; stays pending when it answers by itself. */
function run(handler: ConnectHandler, app: App | undefined, call: PassedCall, pair: Pair): Promise<void> {
  const { request, response } = pair;
  return new Promise((resolve, reject) => {
    const next = (error?: unknown): void => {
      if (error !== undefined && error !== null) reject(withStatus(error));
      else if (app === undefined) resolve(notFound(response));
      else passOn(app, call, response).then(resolve, reject);
    };
    const returned = handler(request, response, next) as PromiseLike<unknown> | undefined;
    if (typeof returned?.then === "function") returned.then(undefined, reject);
  });
}

function notFound(response: ServerResponse): void {
  response.statusCode = 404;
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end("Not Found\n");
}

/** Errors of the Connect world carry `status` or `statusCode`. */
function withStatus(error: unknown): unknown {
  const { status, statusCode, message } = error as Partial<Record<string, unknown>>;
  const code = status ?? statusCode;
  if (!Number.isInteger(code) || (code as number) < 400 || (code as number) > 599) return error;
  return new HttpError(code as number, String(message ?? ""), { cause: error });
}
