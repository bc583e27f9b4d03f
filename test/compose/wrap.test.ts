import assert from "node:assert/strict";
import { test } from "node:test";
import { guard } from "#src/compose/guard.js";
import { reply } from "#src/compose/reply.js";
import { when } from "#src/compose/when.js";
import { wrap } from "#src/compose/wrap.js";
import { UsageError } from "#src/http/errors.js";
import type { App, Middleware } from "#src/pagi/app.js";
import { drive, httpScope, lifespanScope, webSocketScope } from "../support/drive.js";

const inner = reply(400, {}, "inside");
const noting =
  (name: string, log: string[]): Middleware =>
  (app) =>
  async (scope, receive, send) => {
    log.push(`${name} in`);
    await app(scope, receive, send);
    log.push(`${name} out`);
  };

test("the first middleware is outermost", async () => {
  const log: string[] = [];
  await drive(wrap(inner, noting("a", log), noting("b", log)));
  assert.deepEqual(log, ["a in", "b in", "b out", "a out"]);
  assert.equal(wrap(inner), inner);
});

test("what is no middleware, or gives no app back, is refused at once", () => {
  const nothing = (() => undefined) as unknown as Middleware;
  assert.throws(() => wrap(inner, nothing), /middleware 1.*gave back undefined/);
  assert.throws(
    () => wrap(inner, noting("a", []), "head" as unknown as Middleware),
    /middleware 2 is string/,
  );
  assert.throws(() => wrap({} as App), UsageError);
});

test("when: the middleware acts where the predicate says so, on every scope type", async () => {
  const closed: Middleware = (app) => guard(app, () => reply(503));
  const app = wrap(
    inner,
    when((scope) => scope.path.startsWith("/closed"), closed),
  );
  assert.equal((await drive(app, httpScope({ path: "/open" }))).status, 400);
  assert.equal((await drive(app, httpScope({ path: "/closed" }))).status, 503);
  assert.equal((await drive(app, webSocketScope({ path: "/closed" }))).status, 503);
});

test("when: the predicate may take its time, and the middleware is built once", async () => {
  let built = 0;
  const counting: Middleware = (app) => {
    built += 1;
    return app;
  };
  const app = when(async () => true, counting)(inner);
  await drive(app);
  await drive(app);
  assert.equal(built, 1);
});

test("LIFE: lifespan goes through a conditional middleware without asking", async () => {
  const log: string[] = [];
  await drive(when(() => assert.fail("asked about lifespan"), noting("a", log))(inner), lifespanScope());
  assert.deepEqual(log, ["a in", "a out"]);
});
