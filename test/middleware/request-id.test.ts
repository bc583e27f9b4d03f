import assert from "node:assert/strict";
import { test } from "node:test";
import { reply } from "#src/compose/reply.js";
import { UsageError } from "#src/http/errors.js";
import { requestId, type RequestIdOptions } from "#src/middleware/request-id.js";
import type { App } from "#src/pagi/app.js";
import { drive, httpScope, lifespanScope, sending, sseScope, webSocketScope } from "../support/drive.js";
import { linted } from "../support/linted.js";

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Answers with the id the scope has. */
const echo: App = (scope, receive, send) =>
  reply(200, {}, scope.type === "lifespan" ? "" : String(scope.requestId))(scope, receive, send);

async function ids(options: RequestIdOptions, incoming?: string) {
  const headers = incoming === undefined ? [] : ([["x-request-id", incoming]] as const);
  const scope = Object.freeze(httpScope({ headers: [["host", "example.com"], ...headers] }));
  const driven = await drive(linted(echo, requestId(options)), scope);
  return { seen: driven.body, answered: driven.headers.find(([name]) => name === "x-request-id")?.[1] };
}

test("each request gets an id of its own, on the scope and in the answer", async () => {
  const [first, second] = [await ids({}), await ids({})];
  assert.match(first.seen, UUID);
  assert.equal(first.answered, first.seen);
  assert.notEqual(first.seen, second.seen);
});

test("an id from the client is taken over only when it is trusted and fits", async () => {
  assert.equal((await ids({ isTrusted: true }, "trace-0001")).answered, "trace-0001");
  assert.equal((await ids({ isTrusted: (scope) => scope.path === "/" }, "trace-0001")).seen, "trace-0001");
  assert.match((await ids({}, "trace-0001")).seen, UUID);
  assert.match((await ids({ isTrusted: () => false }, "trace-0001")).seen, UUID);
  for (const odd of ["short", "with blank 1", "x".repeat(129), 'quote"quote"', ""])
    assert.match((await ids({ isTrusted: true }, odd)).seen, UUID, odd);
});

test("pattern and generator can be chosen; a pattern with the global flag works at each request", async () => {
  const options = { isTrusted: true, pattern: /^[0-9]{3}$/g, generate: () => "made-here" };
  for (let round = 0; round < 3; round += 1) assert.equal((await ids(options, "123")).seen, "123");
  assert.equal((await ids(options, "trace-0001")).seen, "made-here");
});

test("the header can be named", async () => {
  const app = linted(echo, requestId({ header: "X-Correlation-Id", generate: () => "abc" }));
  assert.ok(
    (await drive(app)).headers.some(([name, value]) => name === "x-correlation-id" && value === "abc"),
  );
});

test("event streams, accepted WebSockets and refusals carry the id", async () => {
  const layer = requestId({ generate: () => "abc" });
  const stream = linted(sending({ type: "sse.start" }, { type: "sse.close" }), layer);
  const session = linted(sending({ type: "websocket.accept" }, { type: "websocket.close" }), layer);
  const refusal = linted(reply(403), layer);
  for (const [app, scope] of [
    [stream, sseScope()],
    [session, webSocketScope()],
    [refusal, webSocketScope()],
  ] as const) {
    const { events, error } = await drive(app, scope);
    assert.deepEqual(
      [error, (events[0] as { headers: unknown }).headers],
      [undefined, [["x-request-id", "abc"]]],
    );
  }
});

test("a stream passes piece by piece, lifespan passes untouched", async () => {
  assert.equal((await drive(linted(reply(200, {}, ["a", "b"]), requestId()))).events.length, 4);
  const seen: string[] = [];
  const spy: App = async (scope) => void seen.push(Object.keys(scope).join());
  await drive(requestId()(spy), lifespanScope());
  assert.deepEqual(seen, ["type,pagi,state"]);
});

test("wrong options are refused at construction", () => {
  assert.throws(() => requestId({ trusted: true } as object), /unknown option "trusted"/);
  assert.throws(() => requestId({ isTrusted: "yes" } as object), UsageError);
});
