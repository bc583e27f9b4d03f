import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "tack";
import { LiveConnection } from "tack/testing";
import { connected, GET, heldApp, okApp, restOf, started } from "./server-tools.js";

test("a stop answers what runs, with connection: close", async () => {
  const held = heldApp();
  const running = await started(held.app, { graceMs: 5_000 });
  const connection = await connected(running);
  await connection.write(GET);
  await held.entered;
  const closing = running.close();
  held.release();
  assert.match(await restOf(connection), /^HTTP\/1\.1 200 [^]*connection: close[^]*ok$/);
  await closing;
  assert.deepEqual(held.ends, [null]);
});

test("a request on an idle connection is still answered in the drain window", async () => {
  const running = await started(okApp, { drainWindowMs: 3_000, graceMs: 5_000 });
  const connection = await connected(running);
  await connection.write(GET);
  const first = await connection.responses.head("GET");
  assert.equal(first.status, 200);
  const closing = running.close();
  await connection.write(GET);
  assert.match(await restOf(connection), /HTTP\/1\.1 200 [^]*connection: close/);
  await closing;
});

test("a stopped server accepts nobody", async () => {
  const running = await started(okApp);
  await running.close();
  await assert.rejects(LiveConnection.open(running.url), { code: "ECONNREFUSED" });
});

test("what outlives the deadline ends with server_shutdown", async () => {
  const held = heldApp();
  const running = await started(held.app);
  const connection = await connected(running);
  await connection.write(GET);
  await held.entered;
  await running.close({ graceMs: 50 });
  assert.deepEqual(held.ends, ["server_shutdown"]);
  assert.equal(await restOf(connection), "");
});

test("close may be called twice, and closed resolves once all is over", async () => {
  const running = await started(okApp);
  const both = [running.close(), running.close()];
  assert.equal(both[0], both[1]);
  await Promise.all([...both, running.closed]);
});

test("LIFE-8: shutdown comes after the last call of the app has returned", async () => {
  const order: string[] = [];
  const app: App = async (scope, receive, send) => {
    if (scope.type === "http") {
      await okApp(scope, receive, send);
      await new Promise((resolve) => setImmediate(resolve));
      order.push("request over");
      return;
    }
    await receive();
    await send({ type: "lifespan.startup.complete" });
    await receive();
    order.push("shutdown");
    await send({ type: "lifespan.shutdown.complete" });
  };
  const running = await started(app);
  const connection = await connected(running);
  await connection.write(GET);
  await connection.responses.head("GET");
  await running.close();
  assert.deepEqual(order, ["request over", "shutdown"]);
});
