/** Frameworks of node, recognised by what no app of another form has. They are loaded with their first call. */
import type { App } from "../../pagi/app.ts";

type Loaded = Record<string, unknown>;
type Listener = (request: never, response: never) => unknown;

/** The shape of a Fastify instance, as far as it is used. */
interface FastifyLike {
  readonly routing: Listener;
  ready(): PromiseLike<unknown>;
  close(): PromiseLike<unknown>;
}

/**
 * The app in an Express, Connect, Koa or Fastify app, or in an Express router; `undefined` for anything else.
 * Express has `handle` and `set`, Connect and routers `handle` and a `stack`, Koa `callback` and `middleware`,
 * Fastify `routing`, `ready` and `close`.
 */
export function frameworkApp(value: unknown): App | undefined {
  if (value === null || (typeof value !== "function" && typeof value !== "object")) return undefined;
  const has = value as Loaded;
  if (typeof value === "function") return typeof has["handle"] === "function" ? handlerApp(has) : undefined;
  if (typeof has["callback"] === "function" && Array.isArray(has["middleware"])) {
    const koa = value as { callback(): Listener };
    return lazy(async () => (await import("../node.ts")).fromNode(koa.callback() as never));
  }
  if (["routing", "ready", "close"].every((name) => typeof has[name] === "function")) {
    return fastifyApp(value as FastifyLike);
  }
  return undefined;
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

/** Fastify must be ready before it routes, also where nobody runs lifespan. */
function fastifyApp(fastify: FastifyLike): App {
  let isReady = false;
  const startup = async (): Promise<void> => {
    await fastify.ready();
    isReady = true;
  };
  const listener = async (request: never, response: never): Promise<void> => {
    if (!isReady) await startup();
    fastify.routing(request, response);
  };
  const options = { startup, shutdown: () => fastify.close() };
  return lazy(async () => (await import("../node.ts")).fromNode(listener as never, options));
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
