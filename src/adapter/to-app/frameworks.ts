/**
 * The frameworks that `toApp` knows, one entry each: its marks, and how it is hosted. To add one, add its entry here
 * and its file in `test/frameworks/`.
 */
import type { App } from "../../pagi/app.ts";
import type { FetchObject } from "../../http/fetch-handler.ts";
import { fromFetch } from "../fetch.ts";
import { byListener, byMiddleware, byServer, type Listener, type SilentServer } from "./hosts.ts";
import { alive } from "./life.ts";
import type { Marks } from "./marks.ts";

/** One framework. */
export interface Framework {
  /** As messages say it: `a Koa app`. */
  readonly name: string;
  readonly marks: Marks;
  /** Names of entries whose marks this one bears as well, being made of them. */
  readonly refines?: readonly string[];
  host(value: never): App;
}

type Step = () => unknown;
type Hook = { readonly fn: (app: unknown) => unknown };

/** All of them. The order says nothing: a value that bears the marks of two unrelated ones is refused. */
export const FRAMEWORKS: readonly Framework[] = [
  {
    name: "an Express app",
    marks: {
      is: "function",
      has: { handle: "function", set: "function", engine: "function", listen: "function" },
    },
    host: (app: Listener) => byListener(() => app),
  },
  {
    name: "a Feathers app",
    marks: {
      is: "function",
      has: {
        handle: "function",
        service: "function",
        setup: "function",
        teardown: "function",
        services: "object",
      },
    },
    refines: ["an Express app"],
    host: (app: Listener & { setup: Step; teardown: Step }) =>
      alive(
        byListener(() => app),
        { start: () => app.setup(), stop: () => app.teardown() },
      ),
  },
  {
    name: "a Connect app",
    marks: {
      is: "function",
      has: { handle: "function", use: "function", listen: "function", stack: "list" },
    },
    host: (app: Listener) => byListener(() => app),
  },
  {
    name: "an Express router",
    marks: { is: "function", has: { handle: "function", use: "function", route: "function", stack: "list" } },
    host: (router: Listener) => byMiddleware(router),
  },
  {
    name: "a Koa app",
    marks: {
      is: "object",
      has: { callback: "function", createContext: "function", handleRequest: "function", middleware: "list" },
    },
    host: (app: { callback(): Listener }) => byListener(() => app.callback()),
  },
  {
    name: "a Fastify instance",
    marks: {
      is: "object",
      has: {
        server: "object",
        ready: "function",
        close: "function",
        register: "function",
        inject: "function",
      },
    },
    host: (app: { readonly server: SilentServer; ready: Step; close: Step }) =>
      byServer(() => app.server, { start: () => app.ready(), stop: () => app.close() }),
  },
  {
    name: "a Nest application",
    marks: {
      is: "object",
      has: { getHttpAdapter: "function", getHttpServer: "function", init: "function", close: "function" },
    },
    host: hostNest,
  },
  {
    name: "a hapi server",
    marks: {
      is: "object",
      has: {
        start: "function",
        stop: "function",
        inject: "function",
        listener: "object",
        settings: "object",
      },
    },
    host: hostHapi,
  },
  {
    name: "a Polka app",
    marks: {
      is: "object",
      has: { handler: "function", parse: "function", onError: "function", onNoMatch: "function" },
    },
    host: (app: { readonly handler: Listener }) => byListener(() => app.handler),
  },
  {
    name: "a server of node:http",
    marks: {
      is: "object",
      has: { listen: "function", address: "function", setTimeout: "function", rawListeners: "function" },
    },
    host: (server: SilentServer) => byServer(() => server, {}),
  },
  {
    name: "an object with fetch",
    marks: { is: "object", has: { fetch: "function" } },
    host: (app: FetchObject) => fromFetch(app),
  },
  {
    name: "a function with fetch",
    marks: { is: "function", has: { fetch: "function" } },
    host: (app: FetchObject) => fromFetch(app),
  },
  {
    name: "an Elysia app",
    marks: {
      is: "object",
      has: {
        fetch: "function",
        handle: "function",
        compile: "function",
        onStart: "function",
        event: "object",
      },
    },
    refines: ["an object with fetch"],
    host: hostElysia,
  },
];

/** What is used of a Nest application. */
interface NestLike {
  getHttpServer(): SilentServer;
  getHttpAdapter(): { getInstance(): { readonly ready?: Step } };
  init: Step;
  close: Step;
}

/** Over Fastify, what Nest has registered is routed when Fastify is ready, which only its own `listen` sees to. */
function hostNest(app: NestLike): App {
  const start = async (): Promise<void> => {
    await app.init();
    await app.getHttpAdapter().getInstance().ready?.();
  };
  return byServer(() => app.getHttpServer(), { start, stop: () => app.close() });
}

/** What is used of a hapi server. */
interface HapiLike {
  readonly listener: SilentServer;
  readonly settings: { autoListen: boolean; readonly operations: { cleanStop: boolean } };
  start: Step;
  stop: Step;
}

/**
 * One that is only initialized ends every connection with its answer; so it is started, and told that others listen.
 * Without a connection of its own its clean stop would fail.
 */
function hostHapi(server: HapiLike): App {
  const start = (): unknown => {
    server.settings.autoListen = false;
    server.settings.operations.cleanStop = false;
    return server.start();
  };
  return byServer(() => server.listener, { start, stop: () => server.stop() });
}

/** Elysia calls these hooks in its own `listen`, which needs Bun; `modules` are the plugins it still loads. */
function hostElysia(
  app: FetchObject & {
    readonly modules: unknown;
    readonly event: Readonly<Record<string, readonly Hook[] | undefined>>;
  },
): App {
  const run = async (name: "start" | "stop"): Promise<void> => {
    await app.modules;
    for (const hook of app.event[name] ?? []) await hook.fn(app);
  };
  return alive(fromFetch(app), { start: () => run("start"), stop: () => run("stop") });
}
