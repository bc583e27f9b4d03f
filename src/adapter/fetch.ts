/**
 * Fetch handlers as message apps, and back (WHATWG Fetch).
 *
 * `fromFetch` loses: WebSocket sessions (refused), the difference of an event stream (an `sse` scope is answered
 * as plain HTTP), the body of GET and HEAD requests and the methods CONNECT, TRACE and TRACK (answered with 501),
 * which a `Request` cannot have; trailers both ways; the raw path (`URL` tidies it; the context has it);
 * the case and the order of response header names; files and lifespan.
 *
 * `toFetch` loses: WebSocket sessions where the platform's facts have no `upgrade`; trailers both ways and informational responses (taken and dropped);
 * statuses above 599 (answered with 500); the HTTP version; the raw path and query as far as `URL` tidies them, and
 * `OPTIONS *`; where several header lines were joined, and their order; an abort before the head (the handler rejects);
 * the server's lifespan and log (it runs its own, `startup`, `close` and `log`); and files where nobody opens them.
 */
import type { App } from "../pagi/app.ts";
import { checkOptions } from "../http/check-options.ts";
import { UsageError } from "../http/errors.ts";
import type { FetchHandler, FetchObject } from "../http/fetch-handler.ts";
import { isPathPrefix } from "../http/path.ts";
import { type FromFetchOptions, markDirect } from "./direct.ts";
import { callFetch } from "./fetch/call.ts";
import { type FetchCloseOptions, LoweredApp } from "./fetch/lowered-app.ts";
import type { ToFetchOptions } from "./fetch/platform.ts";
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
  checkOptions("fromFetch", options, { stripRootPath: "boolean", lazyRequest: "boolean" });
  const app = handlerOf(handler);
  const adapted: App = async (scope, receive, send) => {
    if (scope.type === "websocket") return refuseWebSocket(send);
    // Declined by returning.
    if (scope.type === "lifespan") return;
    return callFetch({ app, options }, scope, receive, send);
  };
  return markDirect(adapted, { form: "fetch", app, options });
}

/** A message app in the form of the web, for every platform that calls a `fetch`. */
export interface FetchApp {
  /**
   * Answers one request. Settles with the head; the body follows as the app sends it. What the platform hands over
   * beside the request may come after it. Rejects only when the app aborts its exchange before the head.
   */
  readonly fetch: (request: Request, ...platform: readonly unknown[]) => Promise<Response>;
  /** Runs lifespan startup, which the first request does otherwise. Rejects when the app refuses to start. */
  startup(): Promise<void>;
  /** Answers 503 from now on, lets running calls end within a bound, runs lifespan shutdown. Safe to call twice. */
  close(options?: FetchCloseOptions): Promise<void>;
}

/**
 * Makes a fetch handler of a message app. Bodies stream both ways and are paced by the reader; a body that is
 * cancelled and a request that is aborted are a lost client to the app; an incomplete response fails its body;
 * no response is a 500. Wrong options throw a `UsageError`.
 *
 * @example
 * export default toFetch(app);
 */
export function toFetch(app: App, options: ToFetchOptions = {}): FetchApp {
  checkToFetchOptions(options);
  const lowered = new LoweredApp(app, options);
  return {
    fetch: (request, ...platform) => lowered.fetch(request, platform),
    startup: () => lowered.startup(),
    close: (closeOptions) => lowered.close(closeOptions),
  };
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

function checkToFetchOptions(options: ToFetchOptions): void {
  checkOptions("toFetch", options, {
    rootPath: "string",
    log: "function",
    files: "object",
    lifespanTimeoutMs: "number",
    facts: "function",
    sessions: "object",
  });
  const { rootPath = "" } = options;
  if (!isPathPrefix(rootPath)) {
    throw new UsageError(
      `toFetch: rootPath must be whole segments like /api/v1, not ${JSON.stringify(rootPath)}`,
    );
  }
}
