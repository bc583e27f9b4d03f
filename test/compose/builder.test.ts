import assert from "node:assert/strict";
import { test } from "node:test";
import { builder } from "#src/compose/builder.js";
import { editHead } from "#src/compose/edit-head.js";
import { loadMiddleware } from "#src/compose/load-middleware.js";
import { reply } from "#src/compose/reply.js";
import { UsageError } from "#src/http/errors.js";
import type { Middleware } from "#src/pagi/app.js";
import { drive, httpScope } from "../support/drive.js";

const trace =
  (name: string): Middleware =>
  (app) =>
    editHead(app, (head) => head.append("x-trace", name));
const at = async (app: Parameters<typeof drive>[0], path: string) => {
  const driven = await drive(app, httpScope({ path }));
  const trail = driven.headers.filter(([name]) => name === "x-trace").map(([, value]) => value);
  return [driven.status, driven.body, trail.join(" ")];
};

test("middleware stands in the order of the calls around all mounts and their 404", async () => {
  const app = await builder()
    .use(trace("outer"))
    .use(trace("inner"))
    .mount("/a", reply(200, {}, "a"))
    .toApp();
  assert.deepEqual(await at(app, "/a"), [200, "a", "inner outer"]);
  assert.deepEqual(await at(app, "/b"), [404, "Not Found", "inner outer"]);
});

test("an app beside mounts serves what no location fits, and alone it is the app", async () => {
  const app = await builder()
    .mount("/a", reply(200, {}, "a"))
    .toApp(reply(200, {}, "rest"));
  assert.deepEqual(await at(app, "/x"), [200, "rest", ""]);
  const alone = reply(200, {}, "alone");
  assert.equal(await builder().toApp(alone), alone);
});

test("builders nest, as mounts and as the app", async () => {
  const nested = builder()
    .use(trace("nested"))
    .mount("/b", reply(200, {}, "b"));
  const app = await builder().use(trace("outer")).mount("/a", nested).toApp(nested);
  assert.deepEqual(await at(app, "/a/b"), [200, "b", "nested outer"]);
  assert.deepEqual(await at(app, "/b"), [200, "b", "nested outer"]);
});

test("conditional middleware acts only where it should", async () => {
  const app = await builder()
    .useIf((scope) => scope.path === "/a", trace("only a"))
    .toApp(reply(200));
  assert.deepEqual(await at(app, "/a"), [200, "", "only a"]);
  assert.deepEqual(await at(app, "/b"), [200, "", ""]);
});

test("names are loaded when the app is made, with their options", async () => {
  const asked: string[] = [];
  const load = async (name: string) => {
    asked.push(name);
    return (options?: { readonly as: string }) => trace(options?.as ?? name);
  };
  const plan = builder({ load })
    .use("first", { as: "1st" })
    .useIf(() => true, "second");
  assert.deepEqual(asked, []);
  assert.deepEqual(await at(await plan.toApp(reply(200)), "/"), [200, "", "second 1st"]);
  assert.deepEqual(asked, ["first", "second"]);
});

test("a builder can make its app twice", async () => {
  const plan = builder().use(trace("x")).mount("/", reply(200));
  assert.deepEqual(await at(await plan.toApp(), "/"), await at(await plan.toApp(), "/"));
});

test("by default names are those of the package's own middleware", async () => {
  const app = await builder()
    .use("runtime", { header: "x-time" })
    .use("content-length")
    .toApp(reply(200, {}, "four"));
  const { headers } = await drive(app);
  assert.deepEqual(headers.map(([name]) => name).sort(), ["content-length", "content-type", "x-time"]);
});

test("wrong names, options and compositions are refused when the app is made, with a reason", async () => {
  for (const name of ["../secret", "Content-Length", "node:fs", "a/b", "", "-a"])
    await assert.rejects(loadMiddleware(name), UsageError, name);
  await assert.rejects(loadMiddleware("no-such-thing"), /cannot load the middleware "no-such-thing"/);
  await assert.rejects(
    builder().use("runtime", { haeder: "x" }).toApp(reply(200)),
    /unknown option "haeder"/,
  );
  await assert.rejects(builder().use(trace("x")).toApp(), /there is no app/);
  await assert.rejects(builder().mount("/", reply(200)).toApp(reply(200)), /mounted twice/);
  assert.throws(() => builder().use(trace("x"), { as: "y" }), /options are for middleware by name/);
  assert.throws(() => builder().use(7 as unknown as string), UsageError);
});
