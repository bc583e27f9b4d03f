/** Where a server listens, read from what people write. */
import { UsageError } from "../http/errors.ts";

/** A TCP address; port 0 lets the system choose. `host` is without brackets. */
export interface TcpTarget {
  readonly kind: "tcp";
  readonly host: string;
  readonly port: number;
}

/** A unix socket; `mode` is its permission bits. */
export interface UnixTarget {
  readonly kind: "unix";
  readonly path: string;
  readonly mode?: number;
}

/** A listening descriptor that this process has inherited. */
export interface DescriptorTarget {
  readonly kind: "fd";
  readonly fd: number;
}

/** One place to listen. */
export type ListenTarget = TcpTarget | UnixTarget | DescriptorTarget;

const TCP = /^(?:(https?):\/\/)?(\[[^\]]*\]|[^:/?#[\]@]*):(\d{1,5})\/?$/i;

/**
 * Reads a listen URL: `http://127.0.0.1:8225`, `:8225`, `host:port`, `http://[::1]:0`,
 * `unix:/run/app.sock?mode=660`, `/run/app.sock`, `fd:3`. Throws a `UsageError` for anything else.
 *
 * @example
 * parseListen("http://[::1]:0"); // { kind: "tcp", host: "::1", port: 0 }
 */
export function parseListen(text: string): ListenTarget {
  if (/^unix:/i.test(text)) return parseUnix(text, text.slice(5));
  if (/^[./]/.test(text)) return parseUnix(text, text);
  if (/^fd:/i.test(text)) return parseDescriptor(text);
  const [, scheme, host, port] = TCP.exec(text) ?? refuse(text, explain(text));
  if (scheme?.toLowerCase() === "https") refuse(text, "https is not offered; end TLS in front of Tack");
  if (Number(port) > 65_535) refuse(text, "a port is at most 65535");
  return { kind: "tcp", host: bareHost(text, host ?? ""), port: Number(port) };
}

/**
 * Writes a target the way clients and people read it.
 *
 * @example
 * formatListen({ kind: "tcp", host: "::1", port: 80 }); // "http://[::1]:80"
 */
export function formatListen(target: ListenTarget): string {
  if (target.kind === "fd") return `fd:${target.fd}`;
  if (target.kind === "tcp") return `http://${bracketed(target.host)}:${target.port}`;
  return target.mode === undefined
    ? `unix:${target.path}`
    : `unix:${target.path}?mode=${target.mode.toString(8)}`;
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

function parseUnix(text: string, rest: string): UnixTarget {
  const [path = "", query] = rest.split("?", 2);
  if (path === "") refuse(text, "the path of the socket is missing");
  if (query === undefined) return { kind: "unix", path };
  const mode = /^mode=([0-7]{3,4})$/.exec(query)?.[1];
  if (mode === undefined) refuse(text, "after the question mark only mode=<octal digits> may follow");
  return { kind: "unix", path, mode: Number.parseInt(mode, 8) };
}

function parseDescriptor(text: string): DescriptorTarget {
  const digits = /^fd:(\d{1,6})$/i.exec(text)?.[1];
  if (digits === undefined) refuse(text, "after fd: a descriptor number must follow");
  if (Number(digits) < 3) refuse(text, "descriptors 0 to 2 are the standard streams");
  return { kind: "fd", fd: Number(digits) };
}

function explain(text: string): string {
  if (/^\w+:\/\//.test(text) && !/^https?:/i.test(text)) return "only http:, unix: and fd: are known";
  if (/^(?:https?:\/\/)?[^/]+:\d+\/./i.test(text)) return "a path has no place here; use --path";
  return "expected http://host:port, host:port, :port, unix:/path or fd:number";
}

function refuse(text: string, why: string): never {
  throw new UsageError(`cannot listen on "${text}": ${why}`);
}
