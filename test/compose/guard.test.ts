import assert from "node:assert/strict";
import { test } from "node:test";
import { derive } from "#src/compose/derive.js";
import { guard } from "#src/compose/guard.js";
import { reply } from "#src/compose/reply.js";
import type { App } from "#src/pagi/app.js";
import type { Scope } from "#src/pagi/scope.js";
import { drive, httpScope, lifespanScope, sseScope, webSocketScope } from "../support/drive.js";

const inner = reply(200, [], "inside");

test("MID-8: a guard answers http, sse and websocket alike", async () => {
  const app = guard(inner, () => reply(401));
  for (const scope of [httpScope(), sseScope(), webSocketScope()])
    assert.equal((await drive(app, scope)).status, 401);
});

test("a guard that says nothing lets pass, now or later", async () => {
  assert.equal((await drive(guard(inner, () => undefined))).body, "inside");
  assert.equal((await drive(guard(inner, async () => undefined))).body, "inside");
});

test("a guard can answer later, with a stream", async () => {
  const driven = await drive(guard(inner, async () => reply(503, [], ["to", "morrow"])));
  assert.deepEqual([driven.status, driven.body], [503, "tomorrow"]);
});

test("MID-1: a guard can pass on a derived scope", async () => {
  const seen: Scope[] = [];
  const spy: App = async (scope) => void seen.push(scope);
  const scope = httpScope();
  await drive(
    guard(spy, (given) => derive(given, { path: "/changed" })),
    scope,
  );
  assert.deepEqual([seen.map((one) => "path" in one && one.path), scope.path], [["/changed"], "/"]);
});

test("LIFE: lifespan is not asked, it goes to the app", async () => {
  const seen: string[] = [];
  const spy: App = async (scope) => void seen.push(scope.type);
  await drive(
    guard(spy, () => reply(403)),
    lifespanScope(),
  );
  assert.deepEqual(seen, ["lifespan"]);
});

test("what the check throws is what the app throws", async () => {
  const app = guard(inner, () => {
    throw new Error("no store");
  });
  const driven = await drive(app);
  assert.deepEqual([String(driven.error), driven.events], ["Error: no store", []]);
});
