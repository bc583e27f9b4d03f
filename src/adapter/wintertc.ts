/**
 * Experimental: handlers of the "Fetch Server API" draft for WinterTC (version 1 of its marker) as message apps, and
 * back. The draft may change, and this file with it.
 *
 * `fromWintertc` loses what `fromFetch` does, trailers and informational responses aside, and besides: `connect()`,
 * tunnels and WebSocket sessions (refused); `sendInformational(100)`, which the server sends when the body is read;
 * `serverName`; priorities after the request; the code given to `deny()` (the connection is cut), the error of the
 * draft as reason of `request.signal`; and trailers beside a declared length, which HTTP/1 does not allow.
 *
 * `toWintertc` loses what `toFetch` does, trailers, informational responses and an abort before the head aside; and
 * trailers of a request that has a `content-length`.
 */
import type { App } from "../pagi/app.ts";
import { UsageError } from "../http/errors.ts";
import type { ServerAddress } from "../pagi/scope.ts";
import { type FetchApp, fromFetch, toFetch } from "./fetch.ts";
import { ContextCall } from "./wintertc/context-call.ts";
import { ServerCall } from "./wintertc/server-call.ts";
import {
  type Answer,
  MARKER,
  type ServerContext,
  type ServerHandler,
  type SocketAddress,
} from "./wintertc/types.ts";

/** A handler object of the draft: `fetch(context)`, perhaps `error(context, error)`. */
export type WintertcHandler = ServerHandler;

/** What a handler is called with. */
export type WintertcContext = ServerContext;

/** How an app is served as a handler object; `facts` come from the context. */
export type ToWintertcOptions = Omit<NonNullable<Parameters<typeof toFetch>[1]>, "facts">;

/** A message app as a handler object of the draft. */
export interface WintertcApp extends Pick<FetchApp, "startup" | "close"> {
  readonly [MARKER]: 1;
  /** Answers one request; gives nothing when the app has aborted its exchange before the head. */
  fetch(context: WintertcContext): Promise<Response | undefined>;
}

/**
 * Makes a message app of a handler object of the draft. The handler gets a context with `request`, addresses,
 * `sendInformational`, `deny`, `completed` and `waitUntil`; `request.trailers` and the `trailers` of its response are
 * promises of `Headers`. Throws a `UsageError` for what is no handler object and for another version of the draft.
 *
 * @example
 * const app = fromWintertc({ fetch: ({ request }) => new Response(`Hello from ${request.url}`) });
 */
export function fromWintertc(handler: WintertcHandler): App {
  if (typeof handler?.fetch !== "function") {
    throw new UsageError("fromWintertc: give it an object with `fetch(context)`");
  }
  const version = (handler as { readonly [MARKER]?: unknown })[MARKER];
  if (version !== undefined && version !== 1) {
    throw new UsageError(`fromWintertc: version ${String(version)} of the draft is not known; 1 is`);
  }
  const calls = new WeakMap<object, ServerCall>();
  const inner = fromFetch((request, context) => calls.get(context.scope)!.answer(handler, request, context));
  return async (scope, receive, send) => {
    if (scope.type !== "http" && scope.type !== "sse") return inner(scope, receive, send);
    const call = new ServerCall(scope, receive, send);
    calls.set(scope, call);
    return inner(scope, call.receive, call.send);
  };
}

/**
 * Makes a handler object of the draft of a message app, marked with version 1. The app is offered `earlyHints`, and
 * `requestTrailers` where the request has some to promise; it finds the context in `scope.extensions.wintertc`.
 * Wrong options throw a `UsageError`.
 *
 * @example
 * export default toWintertc(app);
 */
export function toWintertc(app: App, options: ToWintertcOptions = {}): WintertcApp {
  const calls = new WeakMap<object, ContextCall>();
  const bridged: App = async (scope, receive, send) => {
    const context = scope.type === "http" ? scope.extensions.wintertc?.context : undefined;
    if (scope.type !== "http" || context === undefined) return app(scope, receive, send);
    return calls.get(context)!.run(app, scope, receive, send);
  };
  const lowered = toFetch(bridged, {
    ...options,
    facts: (_request, context) => factsOf(context as WintertcContext),
  });
  return {
    [MARKER]: 1,
    startup: () => lowered.startup(),
    close: (closeOptions) => lowered.close(closeOptions),
    async fetch(context) {
      const call = new ContextCall(context);
      calls.set(context, call);
      const response = await responseOf(lowered, context);
      if (response === undefined || call.trailers === undefined) return response;
      return Object.defineProperty(response, "trailers", { value: call.trailers, configurable: true });
    },
  };
}

/** An app that aborts before its head denies. */
async function responseOf({ fetch }: FetchApp, context: WintertcContext): Promise<Answer> {
  try {
    return await fetch(context.request, context);
  } catch {
    context.deny(Object.assign(new TypeError("aborted by the app"), { code: "ERR_HTTP_INTERNAL_ERROR" }));
    return undefined;
  }
}

function factsOf(context: WintertcContext) {
  const { remoteAddress, localAddress, completed, request } = context;
  const hasTrailers = request.trailers !== undefined;
  return {
    client: placeOf(remoteAddress),
    server: placeOf(localAddress),
    completed: completed ?? undefined,
    waitUntil: (work: Promise<unknown>) => context.waitUntil(work),
    extensions: { wintertc: { context }, earlyHints: {}, ...(hasTrailers && { requestTrailers: {} }) },
  };
}

function placeOf({ address, port }: SocketAddress): (ServerAddress & readonly [string, number]) | undefined {
  return address === "" ? undefined : [address, port];
}
