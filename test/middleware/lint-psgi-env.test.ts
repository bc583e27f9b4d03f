/** Callers that give a wrong PSGI environment, and apps that misuse a right one. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { lintPsgi } from "#src/middleware/lint.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiEnv } from "#src/psgi/env.js";
import { quotes } from "../support/lint.js";
import { envBreaks, handEnv, handInput, plain, psgiBreaks, serve } from "../support/psgi.js";

test("APP-1: lintPsgi refuses to wrap what is no app", () =>
  quotes("APP-1", "PSGI", () => lintPsgi()([200, [], []] as unknown as PsgiApp)));

envBreaks("ENV-1", "a method is a token", { REQUEST_METHOD: "" });
envBreaks("ENV-2", "SCRIPT_NAME is not a slash alone", { SCRIPT_NAME: "/" });
envBreaks("ENV-2", "SCRIPT_NAME begins with a slash", { SCRIPT_NAME: "app" });
envBreaks("ENV-3", "PATH_INFO begins with a slash", { PATH_INFO: "a" });
envBreaks("ENV-3", "only OPTIONS has the path *", { PATH_INFO: "*" });
envBreaks("ENV-4", "one of the two paths is there", { PATH_INFO: "" });
envBreaks("ENV-6", "REQUEST_URI has no host", { REQUEST_URI: "http://a/" });
envBreaks("ENV-7", "QUERY_STRING is always there", { QUERY_STRING: undefined });
envBreaks("ENV-8", "SERVER_NAME is not empty", { SERVER_NAME: "" });
envBreaks("ENV-8", "SERVER_PORT is a string of digits", { SERVER_PORT: 5000 });
envBreaks("ENV-9", "SERVER_PROTOCOL has a version", { SERVER_PROTOCOL: "1.1" });
envBreaks("ENV-10", "CONTENT_LENGTH is digits", { CONTENT_LENGTH: "-1" });
envBreaks("ENV-12", "HTTP_CONTENT_TYPE does not exist", { HTTP_CONTENT_TYPE: "text/plain" });
envBreaks("ENV-21", "HTTP_PROXY does not exist", { HTTP_PROXY: "http://a/" });
envBreaks("ENV-13", "a CGI key is a string", { REMOTE_PORT: 4711 });
envBreaks("ENV-14", "the version is 1.1", { "psgi.version": [1, 0] });
envBreaks("ENV-15", "the scheme is known", { "psgi.url_scheme": "ws" });
envBreaks("ENV-16", "a boolean is real", { "psgi.run_once": 0 });
envBreaks("ENV-16", "a boolean is there", { "psgi.streaming": undefined });
envBreaks("ENV-19", "the psgix words are reserved", { "psgix.body.scalar_refs": true });
envBreaks("INPUT-1", "there is an input", { "psgi.input": undefined });
envBreaks("INPUT-1", "an input can be iterated", { "psgi.input": { read: async () => new Uint8Array() } });
envBreaks("INPUT-3", "a buffered input can seek", { "psgix.input.buffered": true });
envBreaks("ERR-1", "there is an error stream", { "psgi.errors": {} });
envBreaks("EXT-2", "io can take", { "psgix.io": {} });
envBreaks("EXT-3", "buffered is a boolean", { "psgix.input.buffered": 1 });
envBreaks("EXT-4", "logger is a function", { "psgix.logger": {} });
envBreaks("EXT-6", "a session is an object", { "psgix.session": "abc" });
envBreaks("EXT-7", "harakiri is a boolean", { "psgix.harakiri": "yes" });
envBreaks("EXT-8", "cleanup has a list of handlers", { "psgix.cleanup": true });
envBreaks("EXT-11", "informational is a function", { "psgix.informational": true });

psgiBreaks("ENV-19", "an added key has a dot", (env) => {
  env["user"] = "alice";
  return [...plain, []];
});
psgiBreaks("ENV-13", "an added CGI key is a string", (env) => {
  env["REMOTE_USER"] = { name: "alice" } as unknown as string;
  return [...plain, []];
});
psgiBreaks(
  "EXT-9",
  "a cleanup handler is a function",
  (env) => {
    env["psgix.cleanup.handlers"]?.push("close" as never);
    return [...plain, []];
  },
  { "psgix.cleanup": true, "psgix.cleanup.handlers": [] },
);
psgiBreaks("ERR-2", "trouble is printed as text", (env) => {
  env["psgi.errors"].print(new Error("no") as never);
  return [...plain, []];
});
psgiBreaks(
  "EXT-5",
  "a log level is known",
  (env) => env["psgix.logger"]?.({ level: "warning" as never, message: "x" }),
  { "psgix.logger": () => undefined },
);

const reads =
  (work: (env: PsgiEnv) => Promise<unknown>): ((env: PsgiEnv) => unknown) =>
  async (env) => {
    await work(env);
    return [...plain, []];
  };

psgiBreaks(
  "INPUT-6",
  "a length is a count",
  reads((env) => env["psgi.input"].read(0)),
);
psgiBreaks(
  "INPUT-6",
  "reads do not overlap",
  reads((env) => Promise.all([env["psgi.input"].read(1), env["psgi.input"].read(1)])),
);
psgiBreaks(
  "INPUT-2",
  "a read gives at most what was asked for",
  reads((env) => env["psgi.input"].read(2)),
  {
    "psgi.input": handInput("abc"),
  },
);
psgiBreaks(
  "INPUT-2",
  "a read gives bytes",
  reads((env) => env["psgi.input"].read()),
  {
    "psgi.input": { ...handInput(), read: async () => "text" },
  },
);
const readTwice = reads(async (env) => {
  await env["psgi.input"].read();
  await env["psgi.input"].read();
});
psgiBreaks("INPUT-2", "nothing follows the end", readTwice, { "psgi.input": handInput("", "abc") });
psgiBreaks("INPUT-4", "an input stops at CONTENT_LENGTH", readTwice, {
  "psgi.input": handInput("abc", "d"),
  CONTENT_LENGTH: "3",
});
psgiBreaks(
  "INPUT-3",
  "seek tells whether it moved",
  reads(async (env) => env["psgi.input"].seek?.(0)),
  {
    "psgix.input.buffered": true,
    "psgi.input": { ...handInput(), seek: () => 1 },
  },
);

const hinting = { "psgix.informational": async () => undefined };
const hint = (status: number, headers: readonly string[]) =>
  reads(async (env) => env["psgix.informational"]?.(status, headers));

psgiBreaks("EXT-12", "an interim status is not 101", hint(101, []), hinting);
psgiBreaks("RES-5", "a hint's values are clean", hint(103, ["Link", "a\nb"]), hinting);
psgiBreaks("EXT-11", "informational returns a promise", hint(103, []), {
  "psgix.informational": () => undefined,
});
psgiBreaks(
  "EXT-12",
  "a hint comes before the head",
  (env) => async (respond: (response: unknown) => unknown) => {
    respond(plain);
    await env["psgix.informational"]?.(103, []);
  },
  hinting,
);

test("an app reads its whole input through lint, by read and by iteration", async () => {
  const app: PsgiApp = async (env) => {
    const first = await env["psgi.input"].read(3);
    const rest: Uint8Array[] = [];
    for await (const piece of env["psgi.input"]) rest.push(piece);
    return [...plain, [first, ...rest]];
  };
  const env = handEnv({ "psgi.input": handInput("abc", "def"), CONTENT_LENGTH: "6" });
  const { pieces } = await serve(app, env);
  assert.equal(Buffer.concat(pieces as Uint8Array[]).toString(), "abcdef");
});

test("legal requests never fail: odd methods, OPTIONS * and HTTP/2", async () => {
  const app: PsgiApp = () => [...plain, ["ok"]];
  const legal = [
    { REQUEST_METHOD: "M-SEARCH" },
    { REQUEST_METHOD: "OPTIONS", PATH_INFO: "*", REQUEST_URI: "*" },
    { SERVER_PROTOCOL: "HTTP/2" },
    { HTTP_X_ODD: "\t\u00FF" },
  ];
  for (const changes of legal) assert.deepEqual((await serve(app, handEnv(changes))).pieces, ["ok"]);
});
