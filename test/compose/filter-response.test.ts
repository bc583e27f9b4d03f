import assert from "node:assert/strict";
import { test } from "node:test";
import { noBody } from "#src/compose/body-filter.js";
import { type EditResponse, filterResponse } from "#src/compose/filter-response.js";
import { reply } from "#src/compose/reply.js";
import type { App } from "#src/pagi/app.js";
import type { SendEvent } from "#src/pagi/event.js";
import {
  drive,
  httpScope,
  lifespanScope,
  sending,
  sseScope,
  text,
  webSocketScope,
} from "../support/drive.js";

const start = { type: "http.response.start", status: 200, headers: [["content-length", "2"]] } as const;
const body = (piece: string, more = false): SendEvent => ({ type: "http.response.body", body: piece, more });
const mark: EditResponse = (head) => head.set("x-seen", "yes");
const doubling: EditResponse = () => (chunk) => text(chunk).repeat(2);
const types = (events: readonly SendEvent[]): string[] => events.map((event) => event.type);

test("the head can be edited, and the body goes out as it came", async () => {
  const first = body("hi");
  const { events } = await drive(filterResponse(sending(start, first), mark));
  assert.deepEqual(events[0], { ...start, headers: [...start.headers, ["x-seen", "yes"]] });
  assert.equal(events[1], first);
});

test("a head nobody edited is the very event the app sent", async () => {
  const { events } = await drive(filterResponse(sending(start, body("hi")), () => undefined));
  assert.equal(events[0], start);
});

test("the head knows the length of a body at hand, and no other", async () => {
  const lengths: (number | undefined)[] = [];
  const look: EditResponse = (head) => void lengths.push(head.length);
  const promised = { ...start, trailers: true };
  const apps = [
    sending(start, body("h\u00e9")),
    sending(start, body("h", true), body("i")),
    sending(start, { type: "http.response.body", file: "/a" }),
    sending(promised, body("hi"), { type: "http.response.trailers" }),
    sending({ ...start, status: 204 }, body("")),
  ];
  for (const app of apps) await drive(filterResponse(app, look));
  await drive(filterResponse(sending(start, body("")), look), httpScope({ method: "HEAD" }));
  assert.deepEqual(lengths, [3, undefined, undefined, undefined, undefined, undefined]);
});

test("the head shows a file body, which goes out untouched", async () => {
  const file = { type: "http.response.body", file: "/srv/a", offset: 3, length: 4 } as const;
  const look: EditResponse = (head) => void assert.equal(head.file, file);
  const { events, error } = await drive(filterResponse(sending(start, file), look));
  assert.deepEqual([error, events[1] === file], [undefined, true]);
});

test("a status that is changed loses its reason phrase", async () => {
  const named = { ...start, statusText: "Fine" };
  const { events } = await drive(
    filterResponse(sending(named, body("hi")), (head) => void (head.status = 404)),
  );
  assert.deepEqual(events[0], { ...start, status: 404 });
});

test("MID: a mapped stream keeps one event for each, the `more` value and unknown keys, and loses content-length", async () => {
  const odd = { type: "http.response.body", body: "b", more: true, note: 1 } as SendEvent;
  const app = filterResponse(sending(start, body("a", true), odd, body("", true), body("c")), doubling);
  const { events, headers } = await drive(app);
  assert.deepEqual(headers, []);
  assert.deepEqual(
    events
      .slice(1)
      .map((event) => [text((event as { body: Uint8Array }).body), (event as { more: boolean }).more]),
    [
      ["aa", true],
      ["bb", true],
      ["", true],
      ["cc", false],
    ],
  );
  assert.equal((events[2] as unknown as { note: number }).note, 1);
});

test("a mapped body that came whole gets its true content-length", async () => {
  const driven = await drive(filterResponse(sending(start, body("hi")), doubling));
  assert.deepEqual([driven.body, driven.headers], ["hihi", [["content-length", "4"]]]);
});

test("a filter with an end adds its last piece to the last event", async () => {
  const counting: EditResponse = () => {
    let size = 0;
    return { transform: (chunk) => void (size += chunk.length), flush: () => `${size} bytes` };
  };
  const driven = await drive(filterResponse(sending(start, body("abc", true), body("")), counting));
  assert.deepEqual([driven.body, driven.isComplete, driven.events.length], ["3 bytes", true, 3]);
});

test("MID: an unfinished stream stays unfinished, its filter is cancelled and not flushed", async () => {
  const calls: string[] = [];
  const edit: EditResponse = () => ({
    transform: (chunk) => chunk,
    flush: () => void calls.push("flush"),
    cancel: () => void calls.push("cancel"),
  });
  const returning = await drive(filterResponse(sending(start, body("a", true)), edit));
  assert.deepEqual([returning.isComplete, returning.error, calls], [false, undefined, ["cancel"]]);
  const throwing: App = async (_scope, _receive, send) => {
    await send(start);
    await send(body("a", true));
    throw new Error("half way");
  };
  const thrown = await drive(filterResponse(throwing, edit));
  assert.deepEqual([thrown.isComplete, String(thrown.error), calls.length], [false, "Error: half way", 2]);
});

test("MID: a withheld start is let out, edited, when the app ends without a body", async () => {
  const driven = await drive(filterResponse(sending(start), mark));
  assert.deepEqual([types(driven.events), driven.headers.length], [["http.response.start"], 2]);
});

test("an app that throws before its start throws through, with nothing sent", async () => {
  const app: App = () => Promise.reject(new Error("at once"));
  const driven = await drive(filterResponse(app, mark));
  assert.deepEqual([String(driven.error), driven.events], ["Error: at once", []]);
});

test("HEAD: no filter runs, no body goes out, and a content-length that is no longer true goes", async () => {
  const encoding: EditResponse = (head) => {
    head.set("content-encoding", "x");
    return () => assert.fail("filtered a body for HEAD");
  };
  const driven = await drive(
    filterResponse(sending(start, body("hi")), encoding),
    httpScope({ method: "HEAD" }),
  );
  assert.deepEqual([driven.headers, driven.body, driven.isComplete], [[["content-encoding", "x"]], "", true]);
});

test("a status without a body drops the body, files included", async () => {
  const fresh: EditResponse = (head) => void (head.status = 304);
  for (const piece of [body("hi"), { type: "http.response.body", file: "/a", length: 1 } as const]) {
    const { events } = await drive(filterResponse(sending(start, piece), fresh));
    assert.deepEqual((events[0] as { headers: unknown }).headers, [["content-length", "2"]]);
    assert.deepEqual(
      Object.keys(events[1]!).filter((key) => key !== "more"),
      ["type", "body"],
    );
    assert.equal(text((events[1] as { body: Uint8Array }).body), "");
  }
});

test("noBody drops a body at the pace of the app and keeps it unfinished as long as it is", async () => {
  const app = sending(start, body("a", true), body("b", true));
  const driven = await drive(filterResponse(app, () => noBody));
  assert.deepEqual([driven.events.length, driven.body, driven.isComplete], [3, "", false]);
  assert.deepEqual(driven.headers, []);
});

test("refusals on sse and websocket are edited; streams and sessions pass untouched", async () => {
  for (const scope of [sseScope(), webSocketScope()]) {
    const driven = await drive(filterResponse(reply(403, [], "no"), doubling), scope);
    assert.deepEqual([driven.status, driven.body], [403, "nono"]);
  }
  const accepting = [{ type: "websocket.accept" }, { type: "websocket.send", text: "hi" }] as const;
  const session = await drive(filterResponse(sending(...accepting), mark), webSocketScope());
  assert.deepEqual([session.events[0] === accepting[0], session.events.length], [true, 2]);
});

test("trailers, informational responses, flushes and unknown events pass in their places", async () => {
  const app = sending(
    { type: "http.response.informational", status: 103 },
    { ...start, trailers: true },
    { type: "http.fullflush" },
    { type: "ext.unknown" } as unknown as SendEvent,
    body("a"),
    { type: "http.response.trailers", headers: [["x-sum", "1"]] },
  );
  const driven = await drive(filterResponse(app, doubling));
  assert.deepEqual(types(driven.events), [
    "http.response.informational",
    "http.response.start",
    "http.fullflush",
    "ext.unknown",
    "http.response.body",
    "http.response.trailers",
  ]);
  assert.deepEqual([driven.body, driven.headers], ["aa", []]);
});

test("LIFE: lifespan gets the server's own send", async () => {
  const sends: unknown[] = [];
  const send = async (): Promise<void> => undefined;
  const app: App = async (_scope, _receive, given) => void sends.push(given);
  await filterResponse(app, mark)(lifespanScope(), () => new Promise(() => undefined), send);
  assert.equal(sends[0], send);
});
