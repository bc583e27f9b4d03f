/**
 * Fetch handlers as message apps (WHATWG Fetch).
 *
 * `fromFetch` loses: WebSocket sessions (refused), the difference of an event stream (an `sse` scope is answered
 * as plain HTTP), the body of GET and HEAD requests and the methods CONNECT, TRACE and TRACK (answered with 501),
 * which a `Request` cannot have; trailers both ways; the raw path (`URL` tidies it; the context has it);
 * the case and the order of response header names; files and lifespan.
 */
import type { App } from "../pagi/app.ts";
import { UsageError } from "../http/errors.ts";
import type { FetchHandler, FetchObject } from "../http/fetch-handler.ts";
import { type FromFetchOptions, markDirect } from "./direct.ts";
import { callFetch } from "./fetch/call.ts";
import { refuseWebSocket } from "./stream/refuse.ts";

/**
 * Makes a message app of a fetch handler or of anything with a `fetch` method. Bodies stream both ways and are
 * paced; `request.signal` aborts when the client is lost and only then; a response body is cancelled with a
 * reason when nobody reads it any more.
 *
 * @example
 * const app = fromFetch((request) => new Response(`Hello from ${new URL(request.url).pathname}`));
 */
export function fromFetch(handler: FetchHandler | FetchObject, options: FromFetchOptions = {}): App {
  checkOptions(options);
  const app = handlerOf(handler);
  const adapted: App = async (scope, receive, send) => {
    if (scope.type === "websocket") return refuseWebSocket(send);
    // Declined by returning.
    if (scope.type === "lifespan") return;
    return callFetch({ app, options }, scope, receive, send);
  };
  return markDirect(adapted, { form: "fetch", app, options });
}

function handlerOf(handler: FetchHandler | FetchObject): FetchHandler {
  if (typeof handler === "function") return handler;
  if (typeof handler?.fetch !== "function") {
    throw new UsageError(
      "fromFetch: give it a function (request) => Response or an object with such a `fetch`",
    );
  }
  return handler.fetch.bind(handler) as FetchHandler;
}

function checkOptions(options: FromFetchOptions): void {
  for (const name of Object.keys(options)) {
    if (name !== "stripRootPath" && name !== "lazyRequest")
      throw new UsageError(`fromFetch: unknown option "${name}"`);
  }
}
