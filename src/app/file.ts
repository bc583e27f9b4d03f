/**
 * Static files: `GET` and `HEAD` with validators, preconditions and single ranges (RFC 9110 §8.8, §13, §14).
 */
import { lookup } from "mrmime";
import { reply } from "../compose/reply.ts";
import { formatDate } from "../http/date.ts";
import { getHeader } from "../http/headers.ts";
import { allowsRange, evaluatePreconditions } from "../http/precondition.ts";
import { parseRange, type ByteRange } from "../http/range.ts";
import type { App, Send } from "../pagi/app.ts";
import type { Headers, HttpScope, SseScope } from "../pagi/scope.ts";
import { filePath, findFile, realRoot, type Found, type Site } from "./file/find.ts";

/** What {@link file} may be told. */
export interface FileOptions extends Site {
  /** The `content-type` of a path. @default by file extension, else `application/octet-stream` */
  readonly contentType?: (path: string) => string;
  /** The `cache-control` of every file. @default none */
  readonly cacheControl?: string;
}

interface Exchange {
  readonly scope: HttpScope | SseScope;
  readonly send: Send;
}

/**
 * Makes an app that serves the files below a folder. The path is what the mounts have left over; whatever is not
 * a regular file inside of `root` is 404, so nothing outside can be probed. Other methods get 405. It reads no
 * request body, lists no folder and compresses nothing.
 *
 * Throws a `UsageError` when `root` is not a folder.
 *
 * @example
 * const app = mount({ "/assets": file({ root: "public", cacheControl: "max-age=3600" }) });
 */
export function file(options: FileOptions): App {
  const site = { ...options, root: realRoot(options.root) };
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return;
    if (scope.type === "websocket") return reply(404, {}, "Not Found")(scope, receive, send);
    if (scope.method !== "GET" && scope.method !== "HEAD") {
      return reply(405, { allow: "GET, HEAD" }, "Method Not Allowed")(scope, receive, send);
    }
    const path = filePath(site, scope.path);
    const found = path === undefined ? undefined : await findFile(site, path);
    if (found === "folder") return toFolder(scope)(scope, receive, send);
    if (found === undefined) return reply(404, {}, "Not Found")(scope, receive, send);
    try {
      await answer({ scope, send }, found, site);
    } finally {
      await found.handle.close();
    }
  };
}

/** A folder is named with a slash at its end, or the relative links of its index would miss it. */
function toFolder(scope: HttpScope | SseScope): App {
  // Two leading slashes would name another host (RFC 3986 §4.2).
  const path = scope.rawPath.replace(/^[/\\]+/, "/");
  const query = scope.queryString === "" ? "" : `?${scope.queryString}`;
  return reply(308, { location: `${path}/${query}` });
}

async function answer({ scope, send }: Exchange, found: Found, site: FileOptions): Promise<void> {
  const field = (name: string): string | undefined => getHeader(scope.headers, name);
  const headers = describeHeaders(found, site);
  const status = evaluatePreconditions(scope.method, field, found);
  if (status !== 200) return finish(send, status, status === 304 ? headers : []);

  const asked = scope.method === "GET" && allowsRange(field, found) ? field("range") : undefined;
  const range = asked === undefined ? "whole" : parseRange(asked, found.size);
  if (range === "none") return finish(send, 416, [["content-range", `bytes */${found.size}`]]);
  const part = range === "whole" ? { offset: 0, length: found.size } : range;
  await send({
    type: "http.response.start",
    status: range === "whole" ? 200 : 206,
    headers: [...headers, ...bodyHeaders(found, site, range)],
  });
  if (scope.method === "HEAD" || part.length === 0) return send({ type: "http.response.body" });
  await send({ type: "http.response.body", handle: found.handle, ...part });
}

function describeHeaders(found: Found, site: FileOptions): Headers {
  const cache: Headers = site.cacheControl === undefined ? [] : [["cache-control", site.cacheControl]];
  return [["etag", found.etag], ["last-modified", formatDate(found.modified)], ...cache];
}

function bodyHeaders(found: Found, site: FileOptions, range: ByteRange | "whole"): Headers {
  const { offset, length } = range === "whole" ? { offset: 0, length: found.size } : range;
  const part: Headers =
    range === "whole" ? [] : [["content-range", `bytes ${offset}-${offset + length - 1}/${found.size}`]];
  return [
    ["content-type", (site.contentType ?? typeOf)(found.path)],
    ["content-length", String(length)],
    ["accept-ranges", "bytes"],
    ...part,
  ];
}

function typeOf(path: string): string {
  const type = lookup(path) ?? "application/octet-stream";
  const isText = type.startsWith("text/") || type.endsWith("javascript");
  return isText ? `${type}; charset=utf-8` : type;
}

async function finish(send: Send, status: number, headers: Headers): Promise<void> {
  await send({ type: "http.response.start", status, headers });
  await send({ type: "http.response.body" });
}
