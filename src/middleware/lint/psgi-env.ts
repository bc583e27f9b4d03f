/** Checks the environment a caller gives to a PSGI app (ENV-*, INPUT-*, ERR-*, EXT-*). */
import { psgiFault, shown } from "./fault.ts";
import type { PsgiRule } from "./psgi-rules.ts";
import { isDigits, isRecord, isToken, type Unknowns } from "./value.ts";

type Check = (value: unknown, env: Unknowns) => boolean;

const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isFunction: Check = (value) => typeof value === "function";
const has =
  (...names: readonly PropertyKey[]): Check =>
  (value) =>
    isRecord(value) && names.every((name) => typeof value[name] === "function");

const isPath: Check = (value, env) =>
  typeof value === "string" &&
  (value === "" || value.startsWith("/") || (value === "*" && env["REQUEST_METHOD"] === "OPTIONS"));

const isVersion: Check = (value) =>
  Array.isArray(value) && value.length === 2 && value[0] === 1 && value[1] === 1;

/** Keys that are always there, with the rule and the form of each. */
const REQUIRED: readonly (readonly [key: string, rule: PsgiRule, fits: Check])[] = [
  ["REQUEST_METHOD", "ENV-1", isToken],
  ["SCRIPT_NAME", "ENV-2", (value, env) => value !== "/" && value !== "*" && isPath(value, env)],
  ["PATH_INFO", "ENV-3", isPath],
  ["REQUEST_URI", "ENV-6", (value) => typeof value === "string" && (value.startsWith("/") || value === "*")],
  ["QUERY_STRING", "ENV-7", isText],
  ["SERVER_NAME", "ENV-8", (value) => typeof value === "string" && value !== ""],
  ["SERVER_PORT", "ENV-8", isDigits],
  ["SERVER_PROTOCOL", "ENV-9", (value) => typeof value === "string" && /^HTTP\/\d(?:\.\d)?$/.test(value)],
  ["psgi.version", "ENV-14", isVersion],
  ["psgi.url_scheme", "ENV-15", (value) => value === "http" || value === "https"],
  ["psgi.multithread", "ENV-16", isFlag],
  ["psgi.multiprocess", "ENV-16", isFlag],
  ["psgi.run_once", "ENV-16", isFlag],
  ["psgi.nonblocking", "ENV-16", isFlag],
  ["psgi.streaming", "ENV-16", isFlag],
  ["psgi.input", "INPUT-1", has("read", Symbol.asyncIterator)],
  ["psgi.errors", "ERR-1", has("print")],
];

/** Keys that may be missing, with the rule and the form of each. */
const OPTIONAL: readonly (readonly [key: string, rule: PsgiRule, fits: Check])[] = [
  ["CONTENT_LENGTH", "ENV-10", isDigits],
  ["psgix.io", "EXT-2", has("take")],
  ["psgix.input.buffered", "EXT-3", isFlag],
  ["psgix.logger", "EXT-4", isFunction],
  ["psgix.session", "EXT-6", isRecord],
  ["psgix.session.options", "EXT-6", isRecord],
  ["psgix.harakiri", "EXT-7", isFlag],
  ["psgix.harakiri.commit", "EXT-7", isFlag],
  ["psgix.cleanup", "EXT-8", isFlag],
  ["psgix.cleanup.handlers", "EXT-8", Array.isArray],
  ["psgix.informational", "EXT-11", isFunction],
];

const KNOWN: ReadonlySet<string> = new Set([...REQUIRED, ...OPTIONAL].map(([key]) => key));
const FORBIDDEN = ["HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"];

/** Throws unless the caller's environment is complete and right. */
export function checkEnv(env: unknown): asserts env is Unknowns {
  if (!isRecord(env)) throw psgiFault("ENV-1", `the environment is ${shown(env)}`);
  for (const [key, rule, fits] of REQUIRED) {
    if (!fits(env[key], env)) throw psgiFault(rule, `env[${shown(key)}] is ${shown(env[key])}`);
  }
  for (const [key, rule, fits] of OPTIONAL) {
    if (env[key] !== undefined && !fits(env[key], env)) {
      throw psgiFault(rule, `env[${shown(key)}] is ${shown(env[key])}`);
    }
  }
  checkTogether(env);
  for (const key of Object.keys(env)) checkKey(env, key);
}

function checkTogether(env: Unknowns): void {
  if (env["SCRIPT_NAME"] === "" && env["PATH_INFO"] === "") {
    throw psgiFault("ENV-4", "SCRIPT_NAME and PATH_INFO are both empty");
  }
  if (env["psgix.input.buffered"] === true && !has("seek")(env["psgi.input"], env)) {
    throw psgiFault("INPUT-3", "psgix.input.buffered is true and psgi.input has no seek");
  }
  const handlers = env["psgix.cleanup.handlers"];
  if (env["psgix.cleanup"] === true && !Array.isArray(handlers)) {
    throw psgiFault("EXT-8", `psgix.cleanup is true and psgix.cleanup.handlers is ${shown(handlers)}`);
  }
  const forbidden = FORBIDDEN.find((key) => env[key] !== undefined);
  if (forbidden !== undefined) throw psgiFault("ENV-12", `env has ${forbidden}`);
  if (env["HTTP_PROXY"] !== undefined) throw psgiFault("ENV-21", "env has HTTP_PROXY");
}

function checkKey(env: Unknowns, key: string): void {
  const value = env[key];
  if (!key.includes(".") && value !== undefined && typeof value !== "string") {
    throw psgiFault("ENV-13", `env[${shown(key)}] is ${shown(value)}`);
  }
  if (/^psgix?\./.test(key) && !KNOWN.has(key))
    throw psgiFault("ENV-19", `env has the reserved key ${shown(key)}`);
}

/** Throws when the app put a badly named key or a useless cleanup handler into its environment. */
export function checkAdditions(env: Unknowns, before: ReadonlySet<string>): void {
  for (const key of Object.keys(env)) {
    if (before.has(key)) continue;
    checkKey(env, key);
    if (!key.includes(".") && !/^[A-Z][A-Z0-9_]*$/.test(key)) {
      throw psgiFault("ENV-19", `the app added the key ${shown(key)} to env`);
    }
  }
  const handlers = env["psgix.cleanup.handlers"];
  if (!Array.isArray(handlers)) return;
  const wrong: unknown = handlers.find((handler) => typeof handler !== "function");
  if (wrong !== undefined) throw psgiFault("EXT-9", `psgix.cleanup.handlers holds ${shown(wrong)}`);
}
