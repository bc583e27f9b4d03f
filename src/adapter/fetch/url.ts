/** The absolute URL of a request (RFC 9110 7.1). */
import type { HttpScope, SseScope } from "../../pagi/scope.ts";

type UrlScope = Pick<
  HttpScope | SseScope,
  "scheme" | "headers" | "server" | "rawPath" | "rootPath" | "path" | "queryString"
>;

const HOST = /^(?:\[[\da-f:.]+\]|[^:[\]\s/\\?#@]+)(?::\d{0,5})?$/i;

/**
 * The URL of `scope`: its Host field when that is valid, else the server's address. `URL` will tidy the path
 * (`/a/../b` becomes `/b`, a backslash a slash); who must see it as it was sent has `scope.rawPath`.
 */
export function requestUrl(scope: UrlScope, stripRootPath: boolean): string {
  const path = stripRootPath && scope.rootPath !== "" ? pathBelowMount(scope) : scope.rawPath;
  // `*` of `OPTIONS *` has no place in a URL; it becomes `/*`.
  const rooted = path.startsWith("/") ? path : `/${path}`;
  const safe = rooted.includes("#") ? rooted.replaceAll("#", "%23") : rooted;
  const query = scope.queryString;
  return query === "" ? originOf(scope) + safe : `${originOf(scope)}${safe}?${query}`;
}

/** The path without the mount's prefix: cut from the raw path when it is there as it is, else encoded anew. */
function pathBelowMount({ rawPath, rootPath, path }: UrlScope): string {
  if (rawPath.startsWith(rootPath)) return rawPath.slice(rootPath.length);
  return encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
}

/** Path and query that `URL` leaves as they are: no segment starts with a dot, no escape is in the path. */
const TIDY = /^(?:\/[\w~-][\w.~-]*)*\/?(?:\?[\w.~&=%+-]*)?$/;

/**
 * What `new URL(url).href` gives for a URL of {@link requestUrl}.
 * Trick "tidy already": most URLs need no parser; bench server tack-fetch-lazy.
 */
export function tidyUrl(url: string): string {
  const isKnown = url.startsWith(lastOrigin) && url[lastOrigin.length] === "/";
  return isKnown && TIDY.test(url.slice(lastOrigin.length)) ? url : new URL(url).href;
}

let lastScheme = "";
let lastHost = "";
let lastOrigin = "none";

/** Most requests name the same host as the one before. */
function originOf(scope: UrlScope): string {
  const host = hostField(scope);
  if (host === undefined) return serverOrigin(scope);
  if (host === lastHost && scope.scheme === lastScheme) return lastOrigin;
  const origin = `${scope.scheme}://${host}`;
  if (!HOST.test(host) || !URL.canParse(origin)) return serverOrigin(scope);
  lastHost = host;
  lastScheme = scope.scheme;
  lastOrigin = new URL(origin).origin;
  return lastOrigin;
}

function hostField(scope: UrlScope): string | undefined {
  for (const [name, value] of scope.headers) if (name === "host") return value;
  return undefined;
}

function serverOrigin({ scheme, server }: UrlScope): string {
  if (server === undefined || server[1] === null) return `${scheme}://localhost`;
  const host = server[0].includes(":") ? `[${server[0]}]` : server[0];
  return `${scheme}://${host}:${server[1]}`;
}
