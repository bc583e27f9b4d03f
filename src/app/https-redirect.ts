/** Sends clients of HTTP to the same address under HTTPS (RFC 9110 §15.4, RFC 6797 §7.2). */
import { reply, type Reply } from "../compose/reply.ts";
import { checkOptions } from "../http/check-options.ts";
import { UsageError } from "../http/errors.ts";
import { getHeader } from "../http/headers.ts";
import { type Host, parseHost } from "../http/host.ts";
import type { App } from "../pagi/app.ts";
import type { ExchangeScope } from "../pagi/scope.ts";

/** Options of {@link httpsRedirect}. */
export interface HttpsRedirectOptions {
  /**
   * The port where HTTPS is spoken.
   * @default 443
   */
  readonly port?: number;
  /**
   * The hosts that are ours; `*.` in front stands for one label. Others are answered 421. All are ours when absent,
   * which is for servers that no cache stands before.
   */
  readonly hosts?: readonly string[];
}

/**
 * An app that redirects every request: GET and HEAD by 301, all others by 308, which keeps method and body. Path and
 * query stay as the client wrote them. A request without a usable host is answered 400. Throws a `UsageError` for wrong
 * options.
 *
 * @example
 * // One server on both ports: what comes in clear text is sent to the other.
 * const isClear = (scope: ExchangeScope) => scope.scheme === "http" || scope.scheme === "ws";
 * const both = wrap(app, when(isClear, () => httpsRedirect()));
 */
export function httpsRedirect(options: HttpsRedirectOptions = {}): App {
  checkOptions("httpsRedirect", options, { port: "number", hosts: "object" });
  const { port = 443 } = options;
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`httpsRedirect: port must be from 1 to 65535, got ${port}`);
  }
  const hosts = options.hosts?.map((host) => readHost(host));
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return;
    await answerTo(scope, port, hosts)(scope, receive, send);
  };
}

function answerTo(scope: ExchangeScope, port: number, hosts: readonly string[] | undefined): Reply {
  const host = hostOf(scope);
  if (host === undefined) return reply(400, {}, "Which host?");
  // RFC 9110 §15.5.20: for whoever does not answer for a host.
  if (hosts !== undefined && !isAmong(hosts, host.name)) return reply(421, {}, "Not a host of this server");
  // `*` is about the server, which has no other address.
  if (!scope.rawPath.startsWith("/")) return reply(400, {}, "Which path?");
  const location = `https://${host.name}${port === 443 ? "" : `:${port}`}${scope.rawPath}${queryOf(scope)}`;
  const method = "method" in scope ? scope.method : "GET";
  return reply(method === "GET" || method === "HEAD" ? 301 : 308, { location }, "");
}

function hostOf(scope: ExchangeScope): Host | undefined {
  const host = parseHost(getHeader(scope.headers, "host") ?? "");
  return host === undefined || host.name === "" ? undefined : host;
}

function queryOf({ queryString }: ExchangeScope): string {
  return queryString === "" ? "" : `?${queryString}`;
}

function isAmong(hosts: readonly string[], name: string): boolean {
  const dot = name.indexOf(".");
  return hosts.includes(name) || (dot > 0 && hosts.includes(`*${name.slice(dot)}`));
}

function readHost(text: unknown): string {
  const host = typeof text === "string" ? parseHost(text) : undefined;
  if (host !== undefined && host.name !== "" && host.port === undefined) return host.name;
  throw new UsageError(`httpsRedirect: ${JSON.stringify(text)} is no host name`);
}
