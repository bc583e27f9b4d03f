import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { BufferedInput } from "#src/adapter/psgi/input.js";
import type { PsgiEnv } from "tack/psgi/env";
import { lazyEnv } from "#src/adapter/psgi/lazy-env.js";

const scope = {
  method: "GET",
  path: "/a",
  rawPath: "/a",
  queryString: "b=c",
  rootPath: "/m",
  httpVersion: "1.1",
  scheme: "http",
  headers: [["host", "x"]],
  client: ["127.0.0.1", 1],
  server: ["127.0.0.1", 2],
  extensions: {},
} as const;

function made(hasInput = false): { env: PsgiEnv; builds: () => number; isBuilt: () => boolean } {
  let builds = 0;
  const build = (input: unknown): PsgiEnv => {
    builds++;
    return {
      REQUEST_METHOD: "GET",
      PATH_INFO: "/a",
      HTTP_HOST: "x",
      "psgi.version": [1, 1],
      ...(hasInput ? { "psgi.input": input } : {}),
    } as unknown as PsgiEnv;
  };
  const lazy = lazyEnv(scope, { input: () => new BufferedInput(new Uint8Array(1)), build });
  return { env: lazy.env, builds: () => builds, isBuilt: () => lazy.isBuilt };
}

test("the line of the request is there without building anything", () => {
  const { env, isBuilt } = made();
  const { REQUEST_METHOD, SCRIPT_NAME, PATH_INFO, QUERY_STRING, SERVER_PROTOCOL } = env;
  assert.deepEqual(
    [REQUEST_METHOD, SCRIPT_NAME, PATH_INFO, QUERY_STRING, SERVER_PROTOCOL],
    ["GET", "/m", "/a", "b=c", "HTTP/1.1"],
  );
  assert.equal(isBuilt(), false);
});

test("the body is there without building anything, and is the same one afterwards", () => {
  const { env, isBuilt } = made(true);
  const input = env["psgi.input"];
  assert.equal(env["psgi.input"], input);
  assert.equal(isBuilt(), false);
  assert.equal({ ...env }["psgi.input"], input);
  assert.equal(isBuilt(), true);
  assert.equal(env["psgi.input"], input);
});

test("any other look builds it, once", () => {
  const { env, builds } = made();
  assert.equal(env.HTTP_HOST, "x");
  assert.equal(env.HTTP_NONE, undefined);
  assert.equal(builds(), 1);
});

const looks: Record<string, (env: PsgiEnv) => unknown> = {
  keys: (env) => Object.keys(env),
  spread: (env) => Object.keys({ ...env }),
  entries: (env) => Object.entries(env).map(([key]) => key),
  "for in": (env) => {
    const keys: string[] = [];
    for (const key in env) keys.push(key);
    return keys;
  },
  json: (env) => Object.keys(JSON.parse(JSON.stringify(env)) as object),
};

for (const [name, look] of Object.entries(looks)) {
  test(`${name} shows every key, as on a plain object`, () => {
    assert.deepEqual(look(made().env), ["REQUEST_METHOD", "PATH_INFO", "HTTP_HOST", "psgi.version"]);
  });
}

test("it is changed like a plain object", () => {
  const { env } = made();
  env.PATH_INFO = "/changed";
  env["my.key"] = 1;
  delete env.HTTP_HOST;
  Object.defineProperty(env, "my.other", { value: 2, enumerable: true, configurable: true });
  assert.equal(env.PATH_INFO, "/changed");
  assert.deepEqual(Object.keys(env), ["REQUEST_METHOD", "PATH_INFO", "psgi.version", "my.key", "my.other"]);
  assert.equal("HTTP_HOST" in env, false);
  assert.equal(Object.hasOwn(env, "my.key"), true);
});

test("printing it shows what is in it, also before anybody has looked", () => {
  assert.match(inspect(made().env), /^\{[^]*HTTP_HOST: 'x'/);
});
