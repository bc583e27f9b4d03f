/** Serves apps of any framework under path prefixes and virtual hosts; `mount` of the package root. */
import { asApp } from "../adapter/to-app.ts";
import { mount } from "../compose/mount.ts";
import type { AppLike } from "../http/app-like.ts";
import type { App } from "../pagi/app.ts";

/** Apps by location, as an object or as pairs. */
export type UrlMapTable =
  | Readonly<Record<string, AppLike>>
  | Iterable<readonly [location: string, app: AppLike]>;

/**
 * Serves each app under its location, a prefix (`/api`) or a virtual host (`http://example.com/api`), exactly as
 * `mount` of `tack/compose/mount` does it, which knows message apps alone. This one takes what frameworks give as well:
 * an Express, Connect, Koa, Polka or Feathers app, a Fastify instance, a Nest application, a hapi server, and anything
 * with `fetch`. Their own start and stop become lifespan, once each, however often one is mounted.
 *
 * Throws a `UsageError` for a location that is malformed or there twice, and for what is no app.
 *
 * @example
 * const app = urlMap({ "/api": { fetch: () => new Response("api") }, "/": reply(200, {}, "pages") });
 */
export function urlMap(table: UrlMapTable): App {
  const isList = Symbol.iterator in table;
  const entries = isList ? [...(table as Iterable<readonly [string, AppLike]>)] : Object.entries(table);
  return mount(entries.map(([location, app]) => [location, asApp(app, `mount: "${location}"`)] as const));
}
