/** Frameworks of node, recognised by what no app of another form has. They are loaded with their first call. */
import { UsageError } from "../../http/errors.ts";
import type { App } from "../../pagi/app.ts";

type Loaded = Record<string, unknown>;
type Listener = (request: never, response: never) => unknown;

/** The shape of a Fastify instance, as far as it is used. */
interface FastifyLike {
  readonly routing: Listener;
  /** Whose listeners are those of its plugins as well, `upgrade` among them. */
  readonly server: object;
  ready(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
}

/**
 * The app in an Express, Connect, Koa or Fastify app, in an Express router, or in a server that does not listen;
 * `undefined` for anything else. Express has `handle` and `set`, Connect and routers `handle` and a `stack`, Koa
 * `callback` and `middleware`, Fastify `routing`, `ready` and `close`, a server `listen`, `address` and
 * `closeAllConnections`. Throws a `UsageError` for a server that listens.
 */
export function frameworkApp(value: unknown): App | undefined {
  if (value === null || (typeof value !== "function" && typeof value !== "object")) return undefined;
  const has = value as Loaded;
  if (typeof value === "function") return typeof has["handle"] === "function" ? handlerApp(has) : undefined;
  if (typeof has["callback"] === "function" && Array.isArray(has["middleware"])) {
    const koa = value as { callback(): Listener };
    return lazy(async () => (await import("../node.ts")).fromNode(koa.callback() as never));
  }
  if (hasAll(has, "routing", "ready", "close")) return fastifyApp(value as FastifyLike);
  return hasAll(has, "listen", "address", "closeAllConnections") ? serverApp(has) : undefined;
}

function handlerApp(value: Loaded): App | undefined {
  if (typeof value["set"] === "function") {
    return lazy(async () => (await import("../node.ts")).fromNode(value as never));
  }
  if (Array.isArray(value["stack"])) {
    return lazy(async () => (await import("../connect.ts")).fromConnect(value as never));
  }
  return undefined;
}

function hasAll(value: Loaded, ...names: string[]): boolean {
  return names.every((name) => typeof value[name] === "function");
}

function serverApp(server: Loaded): App {
  // Before it is loaded: an app that throws later would only decline lifespan.
  if (server["listening"] === true) {
    throw new UsageError("the server listens by itself; leave out its listen(), Tack does that");
  }
  return lazy(async () => (await import("../node.ts")).fromNode(server as never));
}

/** Fastify must be ready before it routes and before its plugins listen, also where nobody runs lifespan. */
function fastifyApp(fastify: FastifyLike): App {
  let isReady = false;
  const startup = async (): Promise<void> => {
    await fastify.ready();
    isReady = true;
  };
  const options = { startup, shutdown: () => fastify.close() };
  const app = lazy(async () => (await import("../node.ts")).fromNode(fastify.server as never, options));
  return async (scope, receive, send) => {
    if (!isReady && scope.type !== "lifespan") await startup();
    return app(scope, receive, send);
  };
}

/** Keeps `to-app` free of node: only who exports such an app loads its adapter. */
function lazy(load: () => Promise<App>): App {
  let loading: Promise<App> | undefined;
  let app: App | undefined;
  return async (scope, receive, send) => {
    app ??= await (loading ??= load());
    return app(scope, receive, send);
  };
}
