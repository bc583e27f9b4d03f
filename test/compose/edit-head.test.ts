import assert from "node:assert/strict";
import { test } from "node:test";
import { editHead } from "#src/compose/edit-head.js";
import type { ResponseHead } from "#src/compose/response-head.js";
import { UsageError } from "#src/http/errors.js";
import type { SendEvent } from "#src/pagi/event.js";
import { drive, lifespanScope, sending, sseScope, webSocketScope } from "../support/drive.js";

const mark = (head: ResponseHead): void => head.set("x-seen", head.type);

test("every kind of head is edited: response, event stream, accepted WebSocket", async () => {
  const heads: SendEvent[] = [
    { type: "http.response.start", status: 404 },
    { type: "sse.start" },
    { type: "websocket.accept", subprotocol: "chat", headers: [["a", "b"]] },
  ];
  const { events } = await drive(editHead(sending(...heads), mark), webSocketScope());
  assert.deepEqual(events, [
    { type: "http.response.start", status: 404, headers: [["x-seen", "http.response.start"]] },
    { type: "sse.start", headers: [["x-seen", "sse.start"]] },
    {
      type: "websocket.accept",
      subprotocol: "chat",
      headers: [
        ["a", "b"],
        ["x-seen", "websocket.accept"],
      ],
    },
  ]);
});

test("MID-7: everything else passes as it is, at once and in order", async () => {
  const others: SendEvent[] = [
    { type: "http.response.informational", status: 103 },
    { type: "sse.send", data: "x" },
    { type: "http.response.body", body: "a", more: true },
  ];
  const { events } = await drive(editHead(sending(...others), mark), sseScope());
  assert.ok(events.every((event, index) => event === others[index]));
});

test("status and default status can be read and changed, but not that of an accepted WebSocket", async () => {
  const change = (head: ResponseHead): void => void (head.status += 2);
  const stream = await drive(editHead(sending({ type: "sse.start" }), change), sseScope());
  assert.deepEqual(stream.events, [{ type: "sse.start", status: 202, headers: [] }]);
  const session = await drive(editHead(sending({ type: "websocket.accept" }), change), webSocketScope());
  assert.ok(session.error instanceof UsageError);
  assert.deepEqual(session.events, []);
});

test("an editor may take its time, and what it throws fails the send", async () => {
  const failing = async (): Promise<void> => {
    await Promise.resolve();
    throw new Error("no store");
  };
  const { events, error } = await drive(editHead(sending({ type: "sse.start" }), failing), sseScope());
  assert.deepEqual([events, String(error)], [[], "Error: no store"]);
});

test("LIFE: lifespan passes", async () => {
  const app = editHead(sending({ type: "lifespan.startup.complete" }), mark);
  assert.equal((await drive(app, lifespanScope())).events.length, 1);
});
