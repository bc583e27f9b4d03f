/** Serves several apps under path prefixes and virtual hosts (spec/PAGI.md, PATH-*, LIFE-*). */
import { UsageError } from "../http/errors.ts";
import { getHeader } from "../http/headers.ts";
import { defaultPort, parseHost } from "../http/host.ts";
import type { App } from "../pagi/app.ts";
import type { ExchangeScope } from "../pagi/scope.ts";
import { derive } from "./derive.ts";
import { joinLifespans } from "./join-lifespans.ts";
import { type Location, readLocation } from "./mount/location.ts";
import { type Found, PrefixTable } from "./mount/prefix-table.ts";
import { reply } from "./reply.ts";

/** Apps by location, as an object or as pairs. */
export type MountTable = Readonly<Record<string, App>> | Iterable<readonly [location: string, app: App]>;

const NOT_FOUND: App = reply(404, {}, "Not Found");

/**
 * Serves each app under its location. A location is a prefix (`/api`) or a virtual host with or without
 * one (`http://example.com`, `http://example.com:8080/api`). The scheme of a virtual host says nothing;
 * the name is compared without case; the port counts only when it is written. One slash at the end of
 * a prefix is ignored, `/` is everything.
 *
 * Prefixes are whole segments of the decoded `path`, compared with case, and the longest one wins; a
 * virtual host goes before all prefixes without one, and where nothing of it fits these are tried. The
 * app finds its prefix moved from `path` to `rootPath`; `rawPath` stays. Where nothing fits, http, sse
 * and websocket scopes are answered 404.
 *
 * Lifespan reaches every app once, as {@link joinLifespans} does it. Throws a `UsageError` for a
 * location that is malformed or there twice, and for an app that is no function.
 *
 * @example
 * export default mount({ "/": pages, "/api": api, "http://status.example.com/": status });
 */
export function mount(table: MountTable): App {
  const entries =
    Symbol.iterator in table ? [...(table as Iterable<readonly [string, App]>)] : Object.entries(table);
  if (entries.length === 0) throw new UsageError("mount: the table is empty");
  const hosts = hostTables(entries);
  const lifespan = joinLifespans(entries.map(([, app]) => app));
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return lifespan(scope, receive, send);
    const found = find(hosts, scope);
    if (found === undefined) return NOT_FOUND(scope, receive, send);
    return found.app(below(scope, found.prefix), receive, send);
  };
}

type HostTables = ReadonlyMap<string, PrefixTable>;

function hostTables(entries: readonly (readonly [string, App])[]): HostTables {
  const tables = new Map<string, PrefixTable>();
  for (const [text, app] of entries) {
    if (typeof app !== "function") throw new UsageError(`mount: no app at ${text}, but ${typeof app}`);
    const location = readLocation(text);
    const key = hostKey(location);
    const table = tables.get(key) ?? new PrefixTable();
    tables.set(key, table);
    if (!table.add(location.prefix, app)) throw new UsageError(`mount: ${text} is mounted twice`);
  }
  return tables;
}

// "" without a host, "name" and "name:port" with one; a name never has a colon outside of brackets.
function hostKey({ host, port }: Pick<Location, "host" | "port">): string {
  return port === undefined ? host : `${host}:${port}`;
}

function find(tables: HostTables, scope: ExchangeScope): Found | undefined {
  const anywhere = tables.get("");
  const isPlain = tables.size === 1 && anywhere !== undefined;
  return (isPlain ? undefined : findOnHost(tables, scope)) ?? anywhere?.find(scope.path);
}

function findOnHost(tables: HostTables, scope: ExchangeScope): Found | undefined {
  const host = parseHost(getHeader(scope.headers, "host") ?? "");
  if (host === undefined || host.name === "") return undefined;
  const port = host.port ?? defaultPort(scope.scheme);
  const exact = tables.get(hostKey({ host: host.name, port }));
  return exact?.find(scope.path) ?? tables.get(host.name)?.find(scope.path);
}

function below(scope: ExchangeScope, prefix: string): ExchangeScope {
  if (prefix === "") return scope;
  return derive(scope, { path: scope.path.slice(prefix.length), rootPath: scope.rootPath + prefix });
}
