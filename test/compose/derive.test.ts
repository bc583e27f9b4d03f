import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "#src/compose/derive.js";
import type { HttpScope } from "#src/pagi/scope.js";
import { httpScope } from "../support/drive.js";

test("MID-1: deriving leaves the given scope as it is and shares what it refers to", () => {
  const scope = Object.freeze(httpScope({ state: { user: "alice" } }));
  const derived = derive(scope, { path: "/below", rootPath: "/mount" });
  assert.equal(scope.path, "/");
  assert.deepEqual([derived.rootPath, derived.path, derived.method], ["/mount", "/below", "GET"]);
  assert.equal(derived.connection, scope.connection);
  assert.equal(derived.state, scope.state);
});

test("a derived scope can be derived again, and an optional key can be hidden", () => {
  const once = derive(httpScope({ client: ["127.0.0.1", 1] }), { path: "/a" });
  const twice = derive(once, { client: undefined, path: "/b" });
  assert.deepEqual([once.path, twice.path], ["/a", "/b"]);
  assert.deepEqual([once.client, twice.client], [["127.0.0.1", 1], undefined]);
});

test("all keys of a derived scope are its own and enumerable", () => {
  const derived = derive(httpScope(), { path: "/a" });
  assert.deepEqual(Object.keys(derived).sort(), Object.keys(httpScope()).sort());
  assert.ok("method" in { ...derived });
});

test("getters on the class of a server's scope stay lazy and can be shadowed", () => {
  const RAW = Symbol("raw");
  let parsed = 0;
  class LazyScope {
    [RAW] = "a b";
    get path(): string {
      return "/lazy";
    }
    get headers(): readonly (readonly [string, string])[] {
      parsed += 1;
      return this[RAW].split(" ").map((name) => [name, "1"] as const);
    }
  }
  const scope = Object.assign(new LazyScope(), { type: "http" }) as unknown as HttpScope;
  const derived = derive(derive(scope, { path: "/own" }), { rootPath: "/mount" });
  assert.equal(parsed, 0);
  assert.equal(derived.path, "/own");
  assert.deepEqual(derived.headers, [
    ["a", "1"],
    ["b", "1"],
  ]);
  assert.equal(parsed, 1);
});

test("the compiler refuses keys a scope does not have, values of another type, and hiding a required key", () => {
  const scope = httpScope();
  // @ts-expect-error no scope has this key
  derive(scope, { pathh: "/" });
  // @ts-expect-error a path is a string
  derive(scope, { path: 1 });
  // @ts-expect-error every scope has a path
  derive(scope, { path: undefined });
  const derived: HttpScope = derive(scope, { method: "PUT" });
  assert.equal(derived.method, "PUT");
});
