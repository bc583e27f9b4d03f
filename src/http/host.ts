/** The `host` field: `uri-host [ ":" port ]` (RFC 9110 §7.2, RFC 9112 §3.2, RFC 3986 §3.2.2). */

/** A host and perhaps a port, ready to compare. */
export interface Host {
  /** In lower case; an IPv6 address stands in brackets; empty when the field was. */
  readonly name: string;
  readonly port: number | undefined;
}

const REGISTERED_NAME = /^(?:[a-z0-9\-._~!$&'()*+,;=]|%[0-9a-f]{2})*$/;
const SPLIT = /^(\[[^\]]*\]|[^:]*)(?::(\d{0,5}))?$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

const AUTHORITY = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]{0,5})?$/;

/** True for host and optional port, without user information (RFC 9110 §4.2.4); empty and odd names are none. */
export function isAuthority(text: string): boolean {
  return AUTHORITY.test(text);
}

/**
 * Reads the value of a `host` field; `undefined` when it is malformed, such as one with user
 * information, blanks, a broken IPv6 address or a port above 65535. An empty port counts as none.
 *
 * @example
 * parseHost("Example.com:8080"); // { name: "example.com", port: 8080 }
 * parseHost("[::1]"); // { name: "[::1]", port: undefined }
 * parseHost("user@example.com"); // undefined
 */
export function parseHost(value: string): Host | undefined {
  const [, written = "", digits = ""] = SPLIT.exec(value) ?? [undefined, "@"];
  const name = written.toLowerCase();
  const port = digits === "" ? undefined : Number(digits);
  if (port !== undefined && port > 65535) return undefined;
  const isValid = name.startsWith("[") ? isIpv6(name.slice(1, -1)) : REGISTERED_NAME.test(name);
  return isValid ? { name, port } : undefined;
}

/**
 * The port a scheme uses when none is written (RFC 9110 §4.2, RFC 6455 §3).
 *
 * @example
 * defaultPort("wss"); // 443
 */
export function defaultPort(scheme: "http" | "https" | "ws" | "wss"): number {
  return scheme === "https" || scheme === "wss" ? 443 : 80;
}

/** True for an IPv4 address in four decimal parts without leading zeros (RFC 3986 §3.2.2). */
export function isIpv4(text: string): boolean {
  return IPV4.test(text);
}

/**
 * True for an IPv6 address without brackets and zone (RFC 3986 §3.2.2, RFC 4291 §2.2).
 *
 * @example
 * isIpv6("::ffff:192.0.2.1"); // true
 */
export function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const sizes = halves.map((half, index) => groupsOf(half, index === halves.length - 1));
  if (sizes.includes(-1)) return false;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return halves.length === 2 ? total <= 7 : total === 8;
}

// How many 16-bit groups are written here, or -1; only the very end of an address may be an IPv4 one.
function groupsOf(half: string, isEnd: boolean): number {
  if (half === "") return 0;
  const parts = half.split(":");
  const last = isEnd && parts.at(-1)?.includes(".") ? parts.pop() : undefined;
  if (last !== undefined && !isIpv4(last)) return -1;
  if (!parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return -1;
  return parts.length + (last === undefined ? 0 : 2);
}
