/** Node only. Where a hosted request says it goes. */
import type { IncomingMessage } from "node:http";
import type { HttpScope, SseScope } from "../../pagi/scope.ts";

/** What connect and Express keep beside `url` below a mount. */
interface MountedRequest extends IncomingMessage {
  originalUrl?: string;
  baseUrl?: string;
}

type UrlScope = Pick<HttpScope | SseScope, "path" | "rawPath" | "rootPath" | "queryString">;

/** As connect and Express do it: `url` below the mount, the whole in `originalUrl`, the prefix in `baseUrl`. */
export function setUrl(request: MountedRequest, scope: UrlScope): void {
  const query = scope.queryString === "" ? "" : `?${scope.queryString}`;
  if (scope.rootPath === "") {
    request.url = scope.rawPath + query;
    return;
  }
  const prefix = rawPrefix(scope);
  const below = prefix === undefined ? encodePath(scope.path) : scope.rawPath.slice(prefix.length);
  request.url = (below.startsWith("/") ? below : `/${below}`) + query;
  request.originalUrl = scope.rawPath + query;
  request.baseUrl = prefix ?? encodePath(scope.rootPath);
}

/** The mount's prefix as it was sent, or `undefined` where it cannot be told apart. */
function rawPrefix({ rawPath, rootPath }: UrlScope): string | undefined {
  const { length } = rootPath;
  if (rawPath.startsWith(rootPath) && (rawPath.length === length || rawPath[length] === "/")) return rootPath;
  const parts = rawPath.split("/", rootPath.split("/").length);
  const candidate = parts.join("/");
  try {
    return decodeURIComponent(candidate) === rootPath ? candidate : undefined;
  } catch {
    return undefined;
  }
}

function encodePath(path: string): string {
  return encodeURI(path).replaceAll("?", "%3F").replaceAll("#", "%23");
}
