import assert from "node:assert/strict";
import { test } from "node:test";
import { reply } from "#src/compose/reply.js";
import { contentLength } from "#src/middleware/content-length.js";
import { head } from "#src/middleware/head.js";
import type { App } from "#src/pagi/app.js";
import { drive, httpScope, sending, webSocketScope } from "../support/drive.js";
import { linted } from "../support/linted.js";

const HEAD = () => httpScope({ method: "HEAD" });
const start = { type: "http.response.start", status: 200, headers: [["content-length", "2"]] } as const;

test("the body of an answer to HEAD is dropped and the headers stay (RFC 9110 §9.3.2)", async () => {
  const { headers, body, isComplete } = await drive(
    linted(reply(200, { "x-a": "1" }, "hi"), head(), contentLength()),
    HEAD(),
  );
  assert.deepEqual([body, isComplete], ["", true]);
  assert.deepEqual(
    headers.map(([name]) => name),
    ["x-a", "content-type", "content-length"],
  );
});

test("a file is dropped too, so nobody opens it", async () => {
  const { events } = await drive(
    linted(sending(start, { type: "http.response.body", file: "/srv/a" }), head()),
    HEAD(),
  );
  assert.equal("file" in events[1]!, false);
});

test("other methods and other scopes pass", async () => {
  const event = { type: "http.response.body", body: "hi" } as const;
  const { events } = await drive(linted(sending(start, event), head()), httpScope());
  assert.equal(events[1], event);
  assert.equal((await drive(linted(reply(403, {}, "no"), head()), webSocketScope())).body, "no");
});

test("MID-3: a stream is emptied piece by piece, and stays open when the app fails", async () => {
  const app: App = async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: "a", more: true });
    throw new Error("half way");
  };
  const driven = await drive(linted(app, head()), HEAD());
  assert.deepEqual([driven.events.length, driven.body, driven.isComplete], [2, "", false]);
  assert.equal(String(driven.error), "Error: half way");
});
