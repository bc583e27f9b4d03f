/** The scope that an environment describes. */
import type { Connection } from "../../pagi/connection.ts";
import type { Extensions, Logger } from "../../pagi/extension.ts";
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import type { Headers, HttpScope } from "../../pagi/scope.ts";
import type { PsgiEnv } from "../../psgi/env.ts";

/** The http scope for `env`. What an environment cannot say stays away: state, transport, TLS. */
export function scopeOf(env: PsgiEnv, connection: Connection): HttpScope {
  const { REMOTE_ADDR, REMOTE_PORT } = env;
  return {
    type: "http",
    pagi: PAGI_INFO,
    httpVersion: versionOf(env.SERVER_PROTOCOL),
    method: env.REQUEST_METHOD,
    scheme: env["psgi.url_scheme"],
    path: env.PATH_INFO,
    rawPath: rawPathOf(env),
    queryString: env.QUERY_STRING,
    rootPath: env.SCRIPT_NAME,
    headers: headersOf(env),
    server: [env.SERVER_NAME, Number(env.SERVER_PORT)],
    ...(REMOTE_ADDR !== undefined && { client: [REMOTE_ADDR, Number(REMOTE_PORT ?? 0)] }),
    ...(env["psgix.session"] !== undefined && { session: env["psgix.session"] }),
    ...(env["psgix.session.options"] !== undefined && { sessionOptions: env["psgix.session.options"] }),
    extensions: extensionsOf(env),
    connection,
  };
}

function versionOf(protocol: string): "1.0" | "1.1" | "2" {
  if (protocol.startsWith("HTTP/2")) return "2";
  return protocol === "HTTP/1.0" ? "1.0" : "1.1";
}

function rawPathOf({ REQUEST_URI, SCRIPT_NAME, PATH_INFO }: PsgiEnv): string {
  // A caller that is no server may leave it out; then the escapes that the client chose are not known.
  if (typeof REQUEST_URI !== "string") return encodeURI(SCRIPT_NAME + PATH_INFO).replaceAll("?", "%3F");
  const mark = REQUEST_URI.indexOf("?");
  return mark === -1 ? REQUEST_URI : REQUEST_URI.slice(0, mark);
}

function headersOf(env: PsgiEnv): Headers {
  const headers: [string, string][] = [];
  for (const [key, value] of Object.entries(env)) {
    const name = nameOf(key);
    if (name !== undefined && typeof value === "string") headers.push([name, value]);
  }
  return headers;
}

function nameOf(key: string): string | undefined {
  if (key.startsWith("HTTP_")) return key.slice(5).toLowerCase().replaceAll("_", "-");
  if (key === "CONTENT_TYPE") return "content-type";
  return key === "CONTENT_LENGTH" ? "content-length" : undefined;
}

function extensionsOf(env: PsgiEnv): Extensions {
  const logger = env["psgix.logger"];
  return {
    ...(logger !== undefined && { logger: logger as Logger }),
    ...(env["psgix.informational"] !== undefined && { earlyHints: {} }),
  };
}
