import assert from "node:assert/strict";
import { describe, after, before, test } from "node:test";
import { workers } from "#src/handler/workers.js";
import type { App } from "#src/pagi/app.js";
import { createLiveClient, type LiveClient } from "#src/testing/live-client.js";
import { findRuntime } from "./runtime/find-runtime.js";
import { startWorkerd, type Workerd } from "./runtime/start-workerd.js";
import { workerApp } from "./runtime/worker-app.js";

const program = findRuntime("workerd");

describe("workers on workerd", { skip: program === undefined && "needs workerd" }, () => {
  let workerd: Workerd;
  let client: LiveClient;
  before(async () => {
    workerd = await startWorkerd(program!, workerApp, { bindings: { GREETING: "hello" } });
    client = createLiveClient(workerd.url);
  });
  after(async () => {
    await client.close();
    await workerd.close();
  });

  test("the app gets the request, its bindings and the state of one startup; cookies stay apart", async () => {
    for (const query of ["x=1", "x=2"]) {
      const response = await client.request({ method: "PUT", path: `/facts?${query}` });
      assert.deepEqual(JSON.parse(response.text()), ["PUT", query, { startups: 1 }, "hello"]);
      const cookies = response.headers.filter(([name]) => name === "set-cookie");
      assert.deepEqual(
        cookies.map(([, value]) => value),
        ["a=1", "b=2"],
      );
    }
  });

  test("bodies stream both ways", async () => {
    const body = "0123456789".repeat(50_000);
    const response = await client.request({ method: "POST", path: "/echo", body });
    assert.equal(response.text(), body);
  });

  test("HEAD and 204 have no body, and no response is a 500 (HTTP-27, HTTP-30, HTTP-31)", async () => {
    const head = await client.request({ method: "HEAD", path: "/left" });
    assert.deepEqual([head.status, head.text()], [200, ""]);
    assert.equal((await client.request({ path: "/none" })).status, 204);
    assert.equal((await client.request({ path: "/nothing" })).status, 500);
  });

  test("an incomplete response is cut visibly (HTTP-28)", async () => {
    const response = await client.request({ path: "/torn" });
    assert.equal(response.complete, false);
  });

  test("a client that leaves is noticed (CONN-4)", { timeout: 10_000 }, async () => {
    const exchange = client.open({ path: "/endless" });
    await exchange.head();
    exchange.disconnect();
    for (;;) {
      const left = (await client.request({ path: "/left" })).text();
      if (left === "[]") continue;
      assert.equal(left, '["client_closed"]');
      return;
    }
  });

  test("a request for an event stream gets one, with comments that keep it alive (SSE-1, SSE-9)", async () => {
    const response = await client.request({ path: "/feed", headers: [["accept", "text/event-stream"]] });
    assert.equal(response.header("content-type"), "text/event-stream");
    assert.match(response.text(), /^data: \/feed\nid: 1\n\n(:alive\n\n)+data: sse\.request\n\n$/);
  });

  test("work after the response is kept alive", { timeout: 10_000 }, async () => {
    await client.request({ path: "/late" });
    for (;;) if ((await client.request({ path: "/late" })).text() !== "0") return;
  });
});

test("the client's address is taken from the platform's field on the platform alone (SCOPE-7)", async () => {
  const seen: unknown[] = [];
  const app: App = async (scope, _receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    seen.push(scope.client);
    await send({ type: "http.response.start", status: 204 });
    await send({ type: "http.response.body" });
  };
  const { fetch } = workers(app);
  const headers = { "cf-connecting-ip": "192.0.2.1" };
  const execution = { waitUntil: () => undefined };
  for (const cf of [undefined, {}]) {
    const request = new Request("http://tack.test/", { headers });
    await fetch(Object.defineProperty(request, "cf", { value: cf }), {}, execution);
  }
  assert.deepEqual(seen, [undefined, ["192.0.2.1", 0]]);
});

test("anything but an app, and wrong options, are refused when the worker is made", () => {
  assert.throws(() => workers({} as never), /workers makes a module worker of an app/);
  assert.throws(() => workers(async () => {}, { listen: [] } as never), /workers: unknown option "listen"/);
});
