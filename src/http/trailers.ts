/** Trailer fields (RFC 9110 §6.5). */

/** Names that frame, route or describe the content and so have no place after it (RFC 9110 §6.5.1). */
export const NOT_IN_TRAILERS: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "host",
  "set-cookie",
  "te",
  "trailer",
  "transfer-encoding",
]);

/** Fields that would change how the message is understood; in trailers they are dropped (RFC 9110 §6.5.1). */
const NOT_AFTER_A_REQUEST = new Set([
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-range",
  "content-type",
  "cookie",
  "expect",
  "host",
  "keep-alive",
  "max-forwards",
  "proxy-authorization",
  "proxy-connection",
  "range",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/**
 * True for the name of a request trailer that an app may see.
 *
 * @example
 * mayTrail("x-checksum"); // true
 * mayTrail("content-length"); // false
 */
export function mayTrail(name: string): boolean {
  return !NOT_AFTER_A_REQUEST.has(name) && !name.includes("_");
}
