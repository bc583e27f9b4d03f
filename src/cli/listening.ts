/** Where to listen, from `--listen`, `--host` and `--port`; and how an address is announced. */
import type { ListenAddress } from "../server/handler.ts";
import { bracketed, formatListen, parseListen, type ListenTarget } from "../server/listen-url.ts";
import type { TackOptions } from "../server/options.ts";

/**
 * The targets the options ask for. Throws a `UsageError` for a URL that cannot be read.
 *
 * @example
 * listenTargets(options).map(formatListen); // ["http://127.0.0.1:8225"]
 */
export function listenTargets({ listen, host, port }: TackOptions): ListenTarget[] {
  if (listen.length > 0) return listen.map(parseListen);
  const bare = /^\[(.*)\]$/.exec(host)?.[1] ?? host;
  return [parseListen(`http://${bracketed(bare)}:${port}`)];
}

/** The line that says that connections are accepted. */
export function readyLine(server: string, url: string): string {
  return `Tack (${server}) accepting connections at ${url.startsWith("http") ? withSlash(url) : url}`;
}

/** The URLs of a running server. */
export function urlsOf(addresses: readonly ListenAddress[]): string[] {
  return addresses.map(({ url }) => url);
}

/** A target as a handler reads it. */
export function listenUrls(options: TackOptions): string[] {
  return listenTargets(options).map(formatListen);
}

function withSlash(url: string): string {
  return url.endsWith("/") ? url : `${url}/`;
}
