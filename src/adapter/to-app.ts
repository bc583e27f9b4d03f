/**
 * What an app file may export. The one adapter that knows the others. Nothing is lost here: it only chooses,
 * and what it is not sure of it refuses.
 */
import type { App } from "../pagi/app.ts";
import type { PsgiApp } from "../psgi/app.ts";
import { UsageError } from "../http/errors.ts";
import type { AppLike } from "../http/app-like.ts";
import type { FetchHandler, FetchObject } from "../http/fetch-handler.ts";
import { directOf } from "./direct.ts";
import { fromFetch } from "./fetch.ts";
import { fromPsgi } from "./psgi.ts";
import { host, recognise } from "./to-app/recognise.ts";

/** What is known of the value beside itself. */
export interface ToAppOptions {
  /** The file it came from: `*.psgi.ts` (js, mts, mjs) default-exports a PSGI app; messages name it. */
  readonly filename?: string;
}

const PSGI_FILE = /\.psgi\.m?[jt]s$/;
const NAMED = ["pagi", "psgi", "fetch"] as const;

/**
 * The app in a module or value: a function of three parameters, an object with `fetch` (Hono, h3, Elysia,
 * itty-router, a Worker), what an adapter or the builder returned, an Express, Connect, Koa, Polka or Feathers app, a
 * Fastify instance, a Nest application, a hapi server, a server of `node:http` that does not listen, the default
 * export of a `*.psgi.ts` file, or a named export `pagi`, `psgi` or `fetch`. Frameworks are known by what they have;
 * their own start and stop become lifespan, and the same value gives the same app, so both run once. Throws a
 * `UsageError` that lists the wrappers for everything else, and for what could be of two kinds.
 *
 * @example
 * const app = toApp(await import(path), { filename: path });
 */
export function toApp(source: unknown, options: ToAppOptions = {}): App {
  const { filename } = options;
  if (!isModule(source)) return fromValue(source, filename);
  const named = NAMED.filter((name) => source[name] !== undefined);
  if (named.length > 1)
    throw refusal(filename, `exports ${named.map(quote).join(" and ")}; keep one of them`);
  const name = named[0];
  if (name === undefined) return fromDefault(source["default"], filename);
  if (source["default"] !== undefined && source["default"] !== source[name]) {
    throw refusal(filename, `exports ${quote(name)} and a default; keep one of them`);
  }
  return fromNamed(name, source[name], filename);
}

/**
 * The app in a value whose type is known: `toApp` for what a framework gives, and any other function is an app, however
 * many parameters it names. Throws as `toApp` does, with `place` for the name of the file.
 *
 * @example
 * const app = asApp({ fetch: () => new Response("Hello") }, 'mount: "/api"');
 */
export function asApp(value: AppLike, place: string): App {
  const framework = fromFramework(value, place);
  if (framework !== undefined) return framework;
  return typeof value === "function" && !("listen" in value) ? value : fromValue(value, place);
}

function fromNamed(name: (typeof NAMED)[number], value: unknown, filename: string | undefined): App {
  const isFetchObject = name === "fetch" && hasFetch(value);
  if (typeof value !== "function" && !isFetchObject) {
    throw refusal(filename, `exports ${quote(name)}, but that is ${describe(value)}`);
  }
  if (name === "pagi") return value as App;
  return name === "psgi" ? fromPsgi(value as PsgiApp) : fromFetch(value as FetchHandler);
}

function fromDefault(value: unknown, filename: string | undefined): App {
  if (value === undefined) throw refusal(filename, "exports no app: there is no default export");
  if (filename === undefined || !PSGI_FILE.test(filename)) return fromValue(value, filename);
  if (typeof value !== "function") {
    throw refusal(
      filename,
      `default-exports ${describe(value)}, and a *.psgi file default-exports a PSGI app`,
    );
  }
  return directOf(value as App) === undefined ? fromPsgi(value as PsgiApp) : (value as App);
}

function fromValue(value: unknown, filename: string | undefined): App {
  // What adapters and the builder return has three parameters, or the mark.
  if (typeof value === "function" && directOf(value as App) !== undefined) return value as App;
  const framework = fromFramework(value, filename);
  if (framework !== undefined) return framework;
  if (typeof value !== "function") throw refusal(filename, `gives ${describe(value)}, which is no app`);
  if ("listen" in value) throw refusal(filename, "gives a framework's app that is not known here");
  if (value.length === 3) return value as App;
  const count = value.length === 1 ? "one parameter" : `${value.length} parameters`;
  throw refusal(filename, `gives a function of ${count}, which could be of any form`);
}

/** Express and Connect apps are functions of three parameters too, so frameworks are asked for first. */
function fromFramework(value: unknown, filename: string | undefined): App | undefined {
  const [framework, ...others] = recognise(value);
  if (framework === undefined) return undefined;
  if (others.length === 0) return host(value as object, framework);
  const names = [framework, ...others].map(({ name }) => name).join(" or ");
  throw refusal(filename, `gives what could be ${names}`);
}

/** The namespace object of `import()`; its prototype is null and its tag says Module. */
function isModule(source: unknown): source is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(source) === "[object Module]";
}

function hasFetch(value: unknown): value is FetchObject {
  return typeof (value as FetchObject | null | undefined)?.fetch === "function";
}

function describe(value: unknown): string {
  if (value === null) return "null";
  if (value instanceof Promise) return "a promise (await it)";
  if (typeof value === "object") return "an object without fetch";
  return typeof value === "function" ? "a function" : `a ${typeof value}`;
}

function quote(name: string): string {
  return `"${name}"`;
}

function refusal(filename: string | undefined, problem: string): UsageError {
  return new UsageError(`${filename ?? "the app"} ${problem}. Say what it is:
  export default fromPsgi(app)   a PSGI app, from "tack/adapter/psgi" (or: export const psgi = app)
  export default fromFetch(app)  a fetch handler, from "tack/adapter/fetch" (or: export const fetch = app)
  export default fromNode(app)   a listener (request, response) or a server, from "tack/adapter/node"
  export default fromConnect(app)  middleware (request, response, next), from "tack/adapter/connect"
  export const pagi = app        a message app (scope, receive, send)`);
}
