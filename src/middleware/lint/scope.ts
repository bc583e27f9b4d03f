/** Checks the scope a caller gives (SCOPE-*, PATH-*). */
import { checkConnection, checkTransport } from "./connection.ts";
import { checkExtensions } from "./extension.ts";
import { pagiFault, shown } from "./fault.ts";
import { checkRequestHeaders } from "./headers.ts";
import type { PagiRule } from "./rules.ts";
import { isCount, isRecord, isToken, isWide, type Unknowns } from "./value.ts";

/** Keys every http, sse and websocket scope has, with the rule that asks for each. */
const REQUIRED: readonly (readonly [key: string, rule: PagiRule])[] = [
  ["httpVersion", "SCOPE-4"],
  ["scheme", "SCOPE-6"],
  ["path", "PATH-4"],
  ["rawPath", "PATH-3"],
  ["rootPath", "PATH-5"],
  ["queryString", "PATH-8"],
  ["headers", "HEAD-1"],
  ["extensions", "SCOPE-10"],
  ["connection", "SCOPE-11"],
];

const REQUEST_KEYS = ["method", "path", "headers", "connection", "extensions"];

/** Throws unless the caller's scope is complete and right. */
export function checkScope(scope: unknown): asserts scope is Unknowns {
  if (!isRecord(scope)) throw pagiFault("SCOPE-1", `the scope is ${shown(scope)}`);
  checkPagi(scope);
  if (scope["type"] === "lifespan") return checkLifespan(scope);
  if (scope["type"] !== "http" && scope["type"] !== "sse" && scope["type"] !== "websocket") {
    throw pagiFault("SCOPE-1", `scope.type is ${shown(scope["type"])}`);
  }
  for (const [key, rule] of REQUIRED) if (!(key in scope)) throw missing(scope, key, rule);
  checkProtocol(scope);
  checkPaths(scope);
  checkRequestHeaders(scope["headers"]);
  checkAddresses(scope);
  checkExtensions(scope["extensions"]);
  checkConnection(scope["connection"]);
  if (scope["transport"] !== undefined) checkTransport(scope["transport"]);
}

/** A spread scope has lost what lived on its prototype, so the advice differs. */
function missing(scope: Unknowns, key: string, rule: PagiRule): Error {
  const prototype: unknown = Object.getPrototypeOf(scope);
  const spread = prototype === Object.prototype || prototype === null;
  return pagiFault(spread ? "SCOPE-16" : rule, `the ${String(scope["type"])} scope has no ${key}`);
}

function checkPagi(scope: Unknowns): void {
  const info = scope["pagi"];
  if (!isRecord(info) || typeof info["version"] !== "string") {
    if (!("pagi" in scope)) throw missing(scope, "pagi", "SCOPE-2");
    throw pagiFault("SCOPE-2", `scope.pagi is ${shown(info)} without a version`);
  }
  const edition = info["specVersion"];
  if (edition !== undefined && typeof edition !== "string") {
    throw pagiFault("SCOPE-3", `scope.pagi.specVersion is ${shown(edition)}`);
  }
}

function checkLifespan(scope: Unknowns): void {
  const { isWorker, workerNum } = scope["pagi"] as Unknowns;
  const extra = REQUEST_KEYS.find((key) => scope[key] !== undefined);
  if (extra !== undefined) throw pagiFault("SCOPE-15", `the lifespan scope has ${extra}`);
  if (isWorker !== undefined && typeof isWorker !== "boolean") {
    throw pagiFault("SCOPE-15", `scope.pagi.isWorker is ${shown(isWorker)}`);
  }
  if (workerNum !== undefined && workerNum !== null && !isCount(workerNum, 1)) {
    throw pagiFault("SCOPE-15", `scope.pagi.workerNum is ${shown(workerNum)}`);
  }
  if (scope["state"] !== undefined && !isRecord(scope["state"])) {
    throw pagiFault("LIFE-12", `scope.state is ${shown(scope["state"])}`);
  }
}

function checkProtocol(scope: Unknowns): void {
  const { httpVersion, scheme, method } = scope;
  const socket = scope["type"] === "websocket";
  if (httpVersion !== "1.0" && httpVersion !== "1.1" && httpVersion !== "2") {
    throw pagiFault("SCOPE-4", `scope.httpVersion is ${shown(httpVersion)}`);
  }
  const schemes = socket ? ["ws", "wss"] : ["http", "https"];
  if (!schemes.includes(scheme as string)) throw pagiFault("SCOPE-6", `scope.scheme is ${shown(scheme)}`);
  if (socket) return checkWebSocket(scope);
  if (!isToken(method)) throw pagiFault("SCOPE-5", `scope.method is ${shown(method)}`);
}

function checkWebSocket(scope: Unknowns): void {
  const { method, subprotocols } = scope;
  if (method !== undefined) throw pagiFault("SCOPE-5", `the websocket scope has the method ${shown(method)}`);
  if (!Array.isArray(subprotocols) || subprotocols.some((name) => typeof name !== "string")) {
    throw pagiFault("SCOPE-13", `scope.subprotocols is ${shown(subprotocols)}`);
  }
  for (const key of ["maxFrameSize", "maxReceiveQueue"]) {
    const value = scope[key];
    if (value !== undefined && !isCount(value, 1)) {
      throw pagiFault("SCOPE-14", `scope.${key} is ${shown(value)}`);
    }
  }
}

function checkPaths(scope: Unknowns): void {
  const { path, rawPath, rootPath, queryString } = scope;
  const star = path === "*" && rawPath === "*" && scope["method"] === "OPTIONS";
  if (typeof path !== "string" || (path !== "" && !path.startsWith("/") && !star)) {
    throw pagiFault("PATH-4", `scope.path is ${shown(path)}`);
  }
  if (typeof rawPath !== "string" || rawPath.includes("?")) {
    throw pagiFault("PATH-3", `scope.rawPath is ${shown(rawPath)}`);
  }
  const rooted = typeof rootPath === "string" && rootPath.startsWith("/") && !rootPath.endsWith("/");
  if (rootPath !== "" && !rooted) throw pagiFault("PATH-5", `scope.rootPath is ${shown(rootPath)}`);
  if (rootPath === "" && path === "") throw pagiFault("PATH-12", "scope.rootPath and scope.path are empty");
  if (typeof queryString !== "string" || isWide(queryString)) {
    throw pagiFault("PATH-8", `scope.queryString is ${shown(queryString)}`);
  }
}

function checkAddresses(scope: Unknowns): void {
  const { client, server } = scope;
  if (client !== undefined && !isAddress(client, false)) {
    throw pagiFault("SCOPE-7", `scope.client is ${shown(client)}`);
  }
  if (server !== undefined && !isAddress(server, true)) {
    throw pagiFault("SCOPE-8", `scope.server is ${shown(server)}`);
  }
}

function isAddress(value: unknown, orPath: boolean): boolean {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== "string") return false;
  return isCount(value[1]) || (orPath && value[1] === null);
}

/** Remembers what an app could change on a scope; the returned function throws when it has (SCOPE-17). */
export function watchScope(scope: Unknowns): () => void {
  const { path, rootPath, rawPath, method, headers, extensions } = scope;
  const fields = lengthOf(headers);
  return () => {
    if (scope["path"] !== path) throw changed("scope.path");
    if (scope["rootPath"] !== rootPath) throw changed("scope.rootPath");
    if (scope["rawPath"] !== rawPath) throw changed("scope.rawPath");
    if (scope["method"] !== method) throw changed("scope.method");
    if (scope["extensions"] !== extensions) throw changed("scope.extensions");
    if (scope["headers"] !== headers || lengthOf(headers) !== fields) throw changed("scope.headers");
  };
}

function lengthOf(headers: unknown): number {
  return Array.isArray(headers) ? headers.length : 0;
}

function changed(what: string): Error {
  return pagiFault("SCOPE-17", `the app changed ${what}`);
}
