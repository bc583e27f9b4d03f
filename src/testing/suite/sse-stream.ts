/** Cases on event streams: what is written, when, and what is refused. */
import assert from "node:assert/strict";
import type { SseSendEvent } from "../../pagi/event.ts";
import type { CaseDefinition, CaseKit } from "../suite-case.ts";
import { refused, signal } from "./suite-tools.ts";
import {
  asking,
  readRest,
  readUntil,
  sendStream,
  streamApp,
  type StreamCall,
  watchedStream,
} from "./sse-tools.ts";

/** Runs `handle` on a started stream, closes it, and gives what the client got. */
async function streamed(kit: CaseKit, handle: (call: StreamCall) => Promise<unknown>): Promise<string> {
  const { app, result } = watchedStream(async (call) => {
    await call.send({ type: "sse.start" });
    await handle(call);
    await call.send({ type: "sse.close" });
  });
  const client = await kit.serve(app);
  const response = await client.request(asking());
  await result;
  assert.equal(response.status, 200);
  assert.ok(response.complete, "the stream is complete");
  return response.text();
}

async function refuseAll(send: StreamCall["send"], events: readonly object[]): Promise<void> {
  for (const event of events) await refused(send as never, event);
}

/** Cases on the events of a stream. */
export const sseStreamCases: readonly CaseDefinition[] = [
  {
    id: "sse-08",
    rule: "SSE-3",
    title: "nothing comes before the start, and the stream is unharmed",
    async run(kit) {
      const { app, result } = watchedStream(async ({ send }) => {
        await refuseAll(send, [
          { type: "sse.send", data: "x" },
          { type: "sse.comment", comment: "x" },
          { type: "sse.keepalive", interval: 1 },
          { type: "sse.close" },
          { type: "http.response.body", body: "x" },
        ]);
        await sendStream(send, { type: "sse.send", data: "ok" });
      });
      const client = await kit.serve(app);
      const response = await client.request(asking());
      await result;
      assert.deepEqual([response.status, response.text()], [200, "data: ok\n\n"]);
    },
  },
  {
    id: "sse-09",
    rule: "SSE-4",
    title: "a start comes once, with a status that allows a body and without a length",
    async run(kit) {
      const { app, result } = watchedStream(async ({ send }) => {
        for (const status of [101, 199, 204, 205, 304, 1000, 200.5, "200"])
          await refuseAll(send, [{ type: "sse.start", status }]);
        await refuseAll(send, [
          { type: "sse.start", headers: [["Content-Type", "text/plain"]] },
          { type: "sse.start", headers: [["x-a", "b\r\nx-c: d"]] },
          { type: "sse.start", headers: [["content-length", "5"]] },
        ]);
        await send({ type: "sse.start", status: 207 });
        await refuseAll(send, [{ type: "sse.start" }]);
        await send({ type: "sse.close" });
      });
      const client = await kit.serve(app);
      const response = await client.request(asking());
      await result;
      assert.deepEqual([response.status, response.text()], [207, ""]);
    },
  },
  {
    id: "sse-10",
    rule: "SSE-5",
    title: "content-type and cache-control are added where the app gave none",
    async run(kit) {
      const own = [
        ["content-type", "text/event-stream; charset=utf-8"],
        ["cache-control", "no-store"],
        ["x-own", "1"],
      ] as const;
      const client = await kit.serve(
        streamApp(async ({ scope, send }) => {
          await send(scope.path === "/own" ? { type: "sse.start", headers: own } : { type: "sse.start" });
          await send({ type: "sse.close" });
        }),
      );
      const plain = await client.request(asking());
      assert.equal(plain.header("content-type"), "text/event-stream");
      assert.equal(plain.header("cache-control"), "no-cache");
      const given = await client.request(asking({ path: "/own" }));
      for (const [name, value] of own) assert.equal(given.header(name), value);
      assert.equal(given.headers.filter(([name]) => name === "content-type").length, 1);
    },
  },
  {
    id: "sse-11",
    rule: "SSE-6",
    title: "what would break an event is refused, and the stream is unharmed",
    async run(kit) {
      const text = await streamed(kit, async ({ send }) => {
        for (const word of ["a\nb", "a\rb", "a\0b", 7, null]) {
          await refuseAll(send, [
            { type: "sse.send", data: "x", event: word },
            { type: "sse.send", data: "x", id: word },
          ]);
        }
        for (const retry of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "10"])
          await refuseAll(send, [{ type: "sse.send", data: "x", retry }]);
        for (const data of [undefined, null, 7, {}]) await refuseAll(send, [{ type: "sse.send", data }]);
        await send({ type: "sse.send", data: "ok" });
      });
      assert.equal(text, "data: ok\n\n");
    },
  },
  {
    id: "sse-12",
    rule: "SSE-7",
    title: "an event is written in order, line by line, as UTF-8",
    async run(kit) {
      const events: SseSendEvent[] = [
        { type: "sse.send", data: "one\ntwo\r\nthree\rfour\n", event: "tick", id: "7", retry: 0 },
        { type: "sse.send", data: "" },
        { type: "sse.send", data: " grüße 🙂", id: "" },
      ];
      const text = await streamed(kit, async ({ send }) => {
        for (const event of events) await send(event);
      });
      const first = "event: tick\ndata: one\ndata: two\ndata: three\ndata: four\ndata: \nid: 7\nretry: 0\n\n";
      assert.equal(text, `${first}data: \n\ndata:  grüße 🙂\nid: \n\n`);
    },
  },
  {
    id: "sse-13",
    rule: "SSE-8",
    title: "a comment gets the colons it lacks and a blank line",
    async run(kit) {
      const text = await streamed(kit, async ({ send }) => {
        await refuseAll(send, [{ type: "sse.comment" }, { type: "sse.comment", comment: 1 }]);
        for (const comment of ["hello", ":there", "a\n:b\r\nc", ""])
          await send({ type: "sse.comment", comment });
      });
      assert.equal(text, ":hello\n\n:there\n\n:a\n:b\n:c\n\n:\n\n");
    },
  },
  {
    id: "sse-14",
    rule: "SSE-9",
    title: "a keepalive writes comments by itself, the last one wins, and 0 stops it",
    async run(kit) {
      const steps = [signal(), signal()] as const;
      const { app, result } = watchedStream(async ({ send }) => {
        await send({ type: "sse.start" });
        for (const interval of [-1, Number.NaN, Number.POSITIVE_INFINITY, "1", undefined])
          await refuseAll(send, [{ type: "sse.keepalive", interval }]);
        await refuseAll(send, [{ type: "sse.keepalive", interval: 1, comment: 5 }]);
        await send({ type: "sse.keepalive", interval: 60, comment: "late" });
        await send({ type: "sse.keepalive", interval: 0.01, comment: "first" });
        await steps[0].promise;
        await send({ type: "sse.keepalive", interval: 0.01 });
        await steps[1].promise;
        await send({ type: "sse.keepalive", interval: 0 });
        await send({ type: "sse.send", data: "quiet" });
        await new Promise((resolve) => setTimeout(resolve, 100));
        await send({ type: "sse.close" });
      });
      const exchange = (await kit.serve(app)).open(asking());
      await readUntil(exchange, ":first\n\n:first\n\n");
      steps[0].resolve();
      await readUntil(exchange, "\n:\n\n:\n\n");
      steps[1].resolve();
      assert.match(await readRest(exchange), /data: quiet\n\n$/);
      await result;
    },
  },
  {
    id: "sse-15",
    rule: "SSE-10, SSE-17",
    title: "close ends the stream, its reason stays here, a second one does nothing, all else is refused",
    async run(kit) {
      const text = await streamed(kit, async ({ send, scope }) => {
        await send({ type: "sse.send", data: "ok" });
        await send({ type: "sse.close", reason: "secret" });
        await send({ type: "sse.close" });
        assert.equal(scope.connection.responseComplete, true);
        await refuseAll(send, [
          { type: "sse.send", data: "late" },
          { type: "sse.comment", comment: "late" },
          { type: "sse.keepalive", interval: 1 },
          { type: "sse.start" },
          { type: "http.response.start", status: 200 },
        ]);
      });
      assert.equal(text, "data: ok\n\n");
    },
  },
  {
    id: "sse-16",
    rule: "SSE-11, APP-13",
    title: "after a start no response event is taken, and no event that is unknown",
    async run(kit) {
      const text = await streamed(kit, async ({ send }) => {
        await refuseAll(send, [
          { type: "http.response.start", status: 200 },
          { type: "http.response.body", body: "x" },
          { type: "http.response.trailers" },
          { type: "http.response.informational", status: 103 },
          { type: "sse.unknown" },
          { type: "websocket.send", text: "x" },
        ]);
      });
      assert.equal(text, "");
    },
  },
];
