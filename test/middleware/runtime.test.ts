import assert from "node:assert/strict";
import { test } from "node:test";
import { reply } from "#src/compose/reply.js";
import { UsageError } from "#src/http/errors.js";
import { runtime } from "#src/middleware/runtime.js";
import type { App } from "#src/pagi/app.js";
import { drive, lifespanScope, sending, sseScope, webSocketScope } from "../support/drive.js";
import { linted } from "../support/linted.js";

/** A clock that shows these milliseconds, one after the other. */
const clock =
  (...times: number[]) =>
  () =>
    times.shift() ?? Number.NaN;
const headerOf = (events: readonly object[]): unknown => (events[0] as { headers: unknown }).headers;

test("the seconds until the head are told with six decimals", async () => {
  const app = linted(reply(204), runtime({ now: clock(1000, 1234.5) }));
  assert.deepEqual((await drive(app)).headers, [["x-runtime", "0.234500"]]);
});

test("the header can be named, and one that is there stays", async () => {
  const app = linted(reply(204), runtime({ header: "x-outer" }), runtime({ header: "x-inner" }));
  const names = (await drive(app)).headers.map(([name]) => name);
  assert.deepEqual(names, ["x-inner", "x-outer"]);
  const twice = linted(reply(204), runtime({ now: clock(0, 9) }), runtime({ now: clock(0, 1) }));
  assert.deepEqual((await drive(twice)).headers, [["x-runtime", "0.001000"]]);
});

test("event streams and accepted WebSockets are timed as well", async () => {
  const stream = linted(sending({ type: "sse.start" }, { type: "sse.close" }), runtime({ now: clock(0, 1) }));
  assert.deepEqual(headerOf((await drive(stream, sseScope())).events), [["x-runtime", "0.001000"]]);
  const session = linted(
    sending({ type: "websocket.accept" }, { type: "websocket.close" }),
    runtime({ now: clock(0, 1) }),
  );
  assert.deepEqual(headerOf((await drive(session, webSocketScope())).events), [["x-runtime", "0.001000"]]);
});

test("a stream passes piece by piece, and its length adds nothing", async () => {
  const { headers, events } = await drive(
    linted(reply(200, {}, ["a", "b"]), runtime({ now: clock(0, 1, 99) })),
  );
  assert.deepEqual([headers, events.length], [[["x-runtime", "0.001000"]], 4]);
});

test("lifespan passes, and errors pass", async () => {
  const failing: App = () => Promise.reject(new Error("inside"));
  assert.equal(String((await drive(runtime()(failing), lifespanScope())).error), "Error: inside");
  assert.equal(String((await drive(linted(failing, runtime()))).error), "Error: inside");
});

test("wrong options are refused at construction", () => {
  assert.throws(() => runtime({ headers: "x" } as object), UsageError);
  assert.throws(() => runtime({ now: 1 } as unknown as { now: () => number }), UsageError);
});
