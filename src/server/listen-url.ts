/** Where a server listens, read from what people write. */
import { UsageError } from "../http/errors.ts";
import { readTlsQuery, type TlsSettings, writeTlsQuery } from "./tls/settings.ts";

interface AnyTarget {
  /** Present where TLS is spoken; empty when all of it comes from the settings of the server. */
  readonly tls?: TlsSettings;
}

/** A TCP address; port 0 lets the system choose. `host` is without brackets. */
export interface TcpTarget extends AnyTarget {
  readonly kind: "tcp";
  readonly host: string;
  readonly port: number;
}

/** A unix socket; `mode` is its permission bits. */
export interface UnixTarget extends AnyTarget {
  readonly kind: "unix";
  readonly path: string;
  readonly mode?: number;
}

/** A listening descriptor that this process has inherited. */
export interface DescriptorTarget extends AnyTarget {
  readonly kind: "fd";
  readonly fd: number;
}

/** One place to listen. */
export type ListenTarget = TcpTarget | UnixTarget | DescriptorTarget;

const TCP = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/?#[\]@]*):(\d{1,5})\/?$/i;

/**
 * Reads a listen URL: `http://127.0.0.1:8225`, `:8225`, `host:port`, `http://[::1]:0`,
 * `https://127.0.0.1:8443?cert=cert.pem&key=key.pem`, `unix:/run/app.sock?mode=660`, `/run/app.sock`, `fd:3`.
 * Unix sockets and descriptors speak TLS, too, when their query says so. Throws a `UsageError` for anything else.
 *
 * @example
 * parseListen("http://[::1]:0"); // { kind: "tcp", host: "::1", port: 0 }
 */
export function parseListen(text: string): ListenTarget {
  const at = text.indexOf("?");
  const place = at === -1 ? text : text.slice(0, at);
  const query = at === -1 ? [] : readQuery(text, text.slice(at + 1));
  if (/^unix:/i.test(place)) return parseUnix(text, place.slice(5), query);
  if (/^[./]/.test(place)) return parseUnix(text, place, query);
  if (/^fd:/i.test(place)) return { ...parseDescriptor(text, place), ...tlsOf(text, query) };
  return parseTcp(text, place, query);
}

/**
 * Writes a place the way clients and people read it.
 *
 * @example
 * formatListen({ kind: "tcp", host: "::1", port: 80 }); // "http://[::1]:80"
 */
export function formatListen(target: ListenTarget): string {
  if (target.kind === "fd") return `fd:${target.fd}`;
  if (target.kind === "tcp") {
    return `${target.tls === undefined ? "http" : "https"}://${bracketed(target.host)}:${target.port}`;
  }
  return target.mode === undefined
    ? `unix:${target.path}`
    : `unix:${target.path}?mode=${target.mode.toString(8)}`;
}

/**
 * Writes a target so that {@link parseListen} reads the same again, with all it says on TLS.
 *
 * @example
 * listenUrl({ kind: "fd", fd: 3, tls: { cert: "a.pem" } }); // "fd:3?cert=a.pem"
 */
export function listenUrl(target: ListenTarget): string {
  const place = formatListen(target);
  if (target.tls === undefined) return place;
  return `${place}${place.includes("?") ? "&" : "?"}${writeTlsQuery(target.tls)}`;
}

/**
 * The host under which this machine reaches an address: "all addresses" is no address to connect to.
 *
 * @example
 * reachableHost("0.0.0.0"); // "127.0.0.1"
 */
export function reachableHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

/** A host as it stands in a URL: an IPv6 address gets its brackets. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function bareHost(text: string, host: string): string {
  if (host === "") return "0.0.0.0";
  if (!host.startsWith("[")) return host;
  if (!host.includes(":")) refuse(text, "brackets are for IPv6 addresses");
  return host.slice(1, -1);
}

type Query = readonly (readonly [name: string, value: string])[];

/** Names and values, percent-decoded; a plus is a plus, as in file names. */
function readQuery(text: string, query: string): Query {
  const words = query.split("&").filter((word) => word !== "");
  if (words.length === 0) refuse(text, "nothing follows the question mark");
  try {
    return words.map((word) => {
      const [name = "", ...value] = word.split("=");
      return [name, decodeURIComponent(value.join("="))] as const;
    });
  } catch {
    return refuse(text, "a percent sign is written %25");
  }
}

function tlsOf(text: string, query: Query): { tls: TlsSettings } | undefined {
  const tls = readTlsQuery(query, (why) => refuse(text, why));
  return tls === undefined ? undefined : { tls };
}

function parseTcp(text: string, place: string, query: Query): TcpTarget {
  const [, scheme, host, port] = TCP.exec(place) ?? refuse(text, explain(place));
  if (Number(port) > 65_535) refuse(text, "a port is at most 65535");
  const isSecure = scheme?.toLowerCase() === "https";
  if (!isSecure && query.length > 0) refuse(text, "only an https: URL has a query");
  const address = { kind: "tcp", host: bareHost(text, host ?? ""), port: Number(port) } as const;
  return isSecure ? { ...address, tls: {}, ...tlsOf(text, query) } : address;
}

function parseUnix(text: string, path: string, query: Query): UnixTarget {
  if (path === "") refuse(text, "the path of the socket is missing");
  const modes = query.filter(([name]) => name === "mode");
  const tls = tlsOf(
    text,
    query.filter(([name]) => name !== "mode"),
  );
  if (modes.length === 0) return { kind: "unix", path, ...tls };
  const [[, mode] = ["", ""]] = modes;
  if (modes.length > 1 || !/^[0-7]{3,4}$/.test(mode)) refuse(text, "mode is given once, as octal digits");
  return { kind: "unix", path, mode: Number.parseInt(mode, 8), ...tls };
}

function parseDescriptor(text: string, place: string): DescriptorTarget {
  const digits = /^fd:(\d{1,6})$/i.exec(place)?.[1];
  if (digits === undefined) refuse(text, "after fd: a descriptor number must follow");
  if (Number(digits) < 3) refuse(text, "descriptors 0 to 2 are the standard streams");
  return { kind: "fd", fd: Number(digits) };
}

function explain(text: string): string {
  if (/^\w+:\/\//.test(text) && !/^https?:/i.test(text)) return "only http:, https:, unix: and fd: are known";
  if (/^(?:https?:\/\/)?[^/]+:\d+\/./i.test(text)) return "a path has no place here; use --path";
  return "expected http://host:port, host:port, :port, unix:/path or fd:number";
}

function refuse(text: string, why: string): never {
  throw new UsageError(`cannot listen on "${text}": ${why}`);
}
