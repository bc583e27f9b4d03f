import assert from "node:assert/strict";
import { test } from "node:test";
import { reply } from "#src/compose/reply.js";
import { contentLength } from "#src/middleware/content-length.js";
import type { App } from "#src/pagi/app.js";
import { drive, httpScope, sending, sseScope, webSocketScope } from "../support/drive.js";
import { linted } from "../support/linted.js";

const lengthOf = async (app: App, scope = httpScope()): Promise<string | undefined> => {
  const { headers, error } = await drive(linted(app, contentLength()), scope);
  assert.equal(error, undefined);
  return headers.find(([name]) => name === "content-length")?.[1];
};

test("a body at hand is measured in bytes (RFC 9110 §8.6)", async () => {
  assert.equal(await lengthOf(reply(200, {}, "caf\u00e9")), "5");
  assert.equal(await lengthOf(reply(200, {}, new Uint8Array(3))), "3");
  assert.equal(await lengthOf(reply(200)), "0");
  assert.equal(await lengthOf(reply(200, {}, "four"), httpScope({ method: "HEAD" })), "4");
});

test("a length the app stated stays", async () => {
  assert.equal(await lengthOf(reply(200, { "content-length": "4" }, "four")), "4");
  assert.equal(await lengthOf(reply(200, { "content-length": "9" }), httpScope({ method: "HEAD" })), "9");
});

test("MID-4: streams are not measured and pass piece by piece", async () => {
  const driven = await drive(linted(reply(200, {}, ["a", "b"]), contentLength()));
  assert.deepEqual([driven.headers, driven.body, driven.events.length], [[], "ab", 4]);
});

test("files, statuses without a body and an empty answer to HEAD are left alone", async () => {
  assert.equal(await lengthOf(reply(200, {}, { file: "/srv/a" })), undefined);
  assert.equal(await lengthOf(reply(204)), undefined);
  assert.equal(await lengthOf(reply(304)), undefined);
  assert.equal(await lengthOf(reply(200), httpScope({ method: "HEAD" })), undefined);
});

test("MID-6, HTTP-18: promised trailers forbid a length", async () => {
  const app = sending(
    { type: "http.response.start", status: 200, trailers: true },
    { type: "http.response.body", body: "four" },
    { type: "http.response.trailers", headers: [["x-sum", "1"]] },
  );
  assert.equal(await lengthOf(app), undefined);
});

test("refusals are measured, event streams are not touched", async () => {
  for (const scope of [sseScope(), webSocketScope()]) {
    const { headers } = await drive(linted(reply(403, {}, "no"), contentLength()), scope);
    assert.ok(headers.some(([name, value]) => name === "content-length" && value === "2"));
  }
  const stream = await drive(
    linted(sending({ type: "sse.start" }, { type: "sse.close" }), contentLength()),
    sseScope(),
  );
  assert.deepEqual([stream.error, stream.events[0]], [undefined, { type: "sse.start" }]);
});
