/** Paths and their prefixes, cut between segments only (RFC 3986 §3.3; spec/PAGI.md PATH-2, PATH-5). */

/**
 * What is left of `path` below `prefix`, or `undefined` when it does not lie there. A prefix is whole
 * segments: it is followed by a slash or by nothing. Case matters, and repeated slashes are kept.
 *
 * @example
 * pathBelow("/foo", "/foo/bar"); // "/bar"
 * pathBelow("/foo", "/foo"); // ""
 * pathBelow("/foo", "/foobar"); // undefined
 */
export function pathBelow(prefix: string, path: string): string | undefined {
  if (!path.startsWith(prefix)) return undefined;
  const rest = path.slice(prefix.length);
  return prefix === "" || rest === "" || rest.startsWith("/") ? rest : undefined;
}

/**
 * The segments of a path, empty ones of repeated and trailing slashes included.
 *
 * @example
 * pathSegments("/a//b/"); // ["a", "", "b", ""]
 * pathSegments("/"); // [""]
 * pathSegments(""); // []
 */
export function pathSegments(path: string): string[] {
  if (path === "") return [];
  return (path.startsWith("/") ? path.slice(1) : path).split("/");
}

/**
 * True for a prefix that can be mounted: empty, or whole segments behind slashes, none of them empty,
 * `.` or `..`, without a query or fragment (PATH-5).
 *
 * @example
 * isPathPrefix("/api/v1"); // true
 * isPathPrefix("/api/"); // false
 */
export function isPathPrefix(text: string): boolean {
  if (text === "") return true;
  if (!text.startsWith("/") || /[?#]/.test(text)) return false;
  return pathSegments(text).every((segment) => segment !== "" && segment !== "." && segment !== "..");
}

/**
 * The path with its escapes decoded once, then read as UTF-8; when the bytes are not UTF-8 each stays one
 * character (PATH-6). A percent sign that starts no escape stays as it is.
 *
 * @example
 * decodePath("/caf%C3%A9%2F"); // "/caf\u00e9/"
 */
export function decodePath(rawPath: string): string {
  if (!ENCODED.test(rawPath)) return rawPath;
  const bytes = rawPath.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => {
    return String.fromCharCode(Number.parseInt(hex, 16));
  });
  try {
    return utf8.decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
  } catch {
    return bytes;
  }
}

/** Most paths are plain, and then there is nothing to decode. Bench server tack-to-node, workload hello. */
const ENCODED = /[%\x80-\uffff]/;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
