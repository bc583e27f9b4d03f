/** Builds the environment of one request (ENV-*, EXT-*). Cheap by intent: this runs for every request. */
import type { Logger } from "../../pagi/extension.ts";
import type { HttpScope, SseScope } from "../../pagi/scope.ts";
import type { PsgiEnv, PsgiErrors, PsgiInput } from "../../psgi/env.ts";
import { serverName, serverPort } from "./server-address.ts";

/** The part of a scope that the environment is made from. */
export type EnvScope = Pick<
  HttpScope | SseScope,
  | "method"
  | "path"
  | "rawPath"
  | "queryString"
  | "rootPath"
  | "headers"
  | "httpVersion"
  | "scheme"
  | "client"
  | "server"
  | "extensions"
  | "session"
  | "sessionOptions"
>;

/** What is true of every request that a wrapped app gets. */
export interface EnvFacts {
  readonly multiprocess: boolean;
  readonly runOnce: boolean;
  readonly buffered: boolean;
}

const VERSION: readonly [1, 1] = Object.freeze([1, 1] as const);
const KEY_CACHE_LIMIT = 1024;
const keys = new Map<string, string>();

/**
 * The environment for `scope`, a plain object with the keys of `spec/PSGI.md`.
 *
 * @example
 * const env = buildEnv(scope, input, { multiprocess: false, runOnce: false, buffered: false });
 */
export function buildEnv(scope: EnvScope, input: PsgiInput, facts: EnvFacts): PsgiEnv {
  const { rawPath, queryString, scheme, extensions } = scope;
  const env: PsgiEnv = {
    REQUEST_METHOD: scope.method,
    SCRIPT_NAME: scope.rootPath,
    PATH_INFO: scope.path,
    REQUEST_URI: queryString === "" ? rawPath : `${rawPath}?${queryString}`,
    QUERY_STRING: queryString,
    SERVER_NAME: serverName(scope),
    SERVER_PORT: serverPort(scope),
    SERVER_PROTOCOL: protocolOf(scope.httpVersion),
    "psgi.version": VERSION,
    "psgi.url_scheme": scheme,
    "psgi.input": input,
    "psgi.errors": errorsOf(extensions.logger),
    "psgi.multithread": false,
    "psgi.multiprocess": facts.multiprocess,
    "psgi.run_once": facts.runOnce,
    "psgi.nonblocking": true,
    "psgi.streaming": true,
    "psgix.input.buffered": facts.buffered,
    "psgix.harakiri": false,
    "psgix.cleanup": true,
    "psgix.cleanup.handlers": [],
  };
  addFields(env, scope.headers);
  addOptional(env, scope);
  return env;
}

function addOptional(env: PsgiEnv, scope: EnvScope): void {
  const { client, extensions, session, sessionOptions } = scope;
  if (client !== undefined) {
    env.REMOTE_ADDR = client[0];
    env.REMOTE_PORT = String(client[1]);
  }
  if (scope.scheme === "https") env.HTTPS = "on";
  if (extensions.logger !== undefined) env["psgix.logger"] = extensions.logger;
  if (extensions.io !== undefined) env["psgix.io"] = extensions.io;
  if (session !== undefined) env["psgix.session"] = session;
  if (sessionOptions !== undefined) env["psgix.session.options"] = sessionOptions;
}

function addFields(env: PsgiEnv, headers: EnvScope["headers"]): void {
  for (const [name, value] of headers) {
    const key = keys.get(name) ?? learnKey(name);
    if (key === "") continue;
    const before = env[key] as string | undefined;
    env[key] = before === undefined ? value : before + (name === "cookie" ? "; " : ", ") + value;
  }
}

/** The key of a field name, remembered; empty for a field that must not get in. */
function learnKey(name: string): string {
  const key = keyOf(name);
  // Names come from clients: without a bound the cache would be theirs to fill.
  if (keys.size < KEY_CACHE_LIMIT) keys.set(name, key);
  return key;
}

function keyOf(name: string): string {
  if (name === "content-type") return "CONTENT_TYPE";
  if (name === "content-length") return "CONTENT_LENGTH";
  // ENV-18: `x_a` would become the key of `x-a`. And a field named Proxy would become HTTP_PROXY, which
  // programs read as the proxy to use for their own requests (CVE-2016-5385).
  if (name.includes("_") || name === "proxy") return "";
  return `HTTP_${name.toUpperCase().replaceAll("-", "_")}`;
}

/** `SERVER_PROTOCOL` for a version of the scope (ENV-9). */
export function protocolOf(version: string): string {
  if (version === "1.1") return "HTTP/1.1";
  return version === "1.0" ? "HTTP/1.0" : "HTTP/2";
}

const NOBODY: PsgiErrors = Object.freeze({ print: () => false });
const errorsByLogger = new WeakMap<Logger, PsgiErrors>();

/** `psgi.errors` writes to the server's log; `print` says false when there is none (ERR-1). */
function errorsOf(logger: Logger | undefined): PsgiErrors {
  if (logger === undefined) return NOBODY;
  let errors = errorsByLogger.get(logger);
  if (errors === undefined) {
    errors = {
      print: (text) => {
        logger({ level: "error", message: String(text) });
        return true;
      },
    };
    errorsByLogger.set(logger, errors);
  }
  return errors;
}
