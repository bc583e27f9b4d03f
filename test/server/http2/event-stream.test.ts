/** Event streams over HTTP/2: the same exchange, one stream of a session each. */
import assert from "node:assert/strict";
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { constants } from "node:http2";
import { test } from "node:test";
import type { App, Receive, Send, SseScope } from "tack";
import { lint } from "tack/middleware/lint";
import { curl, skip as noCurl } from "../../support/curl.js";
import { started } from "../server-tools.js";
import { answerOf, ask, session } from "./http2-tools.js";

const EVENTS = { ":path": "/", accept: "text/html, text/event-stream;q=0.9" };

/** Calls `handle` for event streams, with lint around it. */
function streamApp(handle: (scope: SseScope, send: Send, receive: Receive) => Promise<unknown>): App {
  return lint()(async (scope, receive, send) => {
    if (scope.type !== "sse") throw new Error(`unsupported scope type: ${scope.type}`);
    await handle(scope, send, receive);
  });
}

/** Starts the stream, sends one event, and waits for its end, which it gives. */
function waiting(ends: unknown[]): App {
  return streamApp(async (scope, send, receive) => {
    await receive();
    await send({ type: "sse.start" });
    await send({ type: "sse.send", data: scope.path });
    ends.push(await receive());
  });
}

/** Opens a stream and waits for its first event. */
async function opened(client: ClientHttp2Session, path = "/"): Promise<ClientHttp2Stream> {
  const stream = client.request({ ...EVENTS, ":path": path });
  stream.on("error", () => undefined);
  await new Promise((resolve) => stream.once("data", resolve));
  return stream;
}

test("SSE-1, SSE-5, SSE-7: a request for events gets them, with a body as well", async () => {
  const running = await started(
    streamApp(async (scope, send, receive) => {
      const event = await receive();
      const text = event.type === "sse.request" ? Buffer.from(event.body).toString() : event.type;
      await send({ type: "sse.start" });
      await send({ type: "sse.send", data: `${scope.httpVersion} ${scope.method} ${text}`, id: "1" });
      await send({ type: "sse.close" });
    }),
  );
  const client = await session(running);
  const got = await ask(client, EVENTS);
  assert.deepEqual([got.status, got.text, got.code], [200, "data: 2 GET \nid: 1\n\n", 0]);
  assert.equal(got.headers["content-type"], "text/event-stream");
  const posted = await ask(client, { ...EVENTS, ":method": "POST" }, "ping");
  assert.equal(posted.text, "data: 2 POST ping\nid: 1\n\n");
});

test("SSE-15: streams of one session end by themselves; a cancelled one is a lost client", async () => {
  const ends: unknown[] = [];
  const client = await session(await started(waiting(ends)));
  const [first, second] = [await opened(client, "/1"), await opened(client, "/2")];
  const isGone = new Promise((resolve) => first.once("close", resolve));
  first.close(constants.NGHTTP2_CANCEL);
  await isGone;
  assert.equal((await ask(client, { ":path": "/" })).status, 500, "the session goes on");
  assert.deepEqual(ends, [{ type: "sse.disconnect", reason: "client_closed" }]);
  second.destroy();
});

test("SSE-13: a stream whose app fails is reset", async () => {
  const client = await session(
    await started(
      streamApp(async (_scope, send) => {
        await send({ type: "sse.start" });
        await send({ type: "sse.send", data: "part" });
        throw new Error("broken");
      }),
    ),
  );
  const { text, code } = await ask(client, EVENTS);
  assert.deepEqual([text, code], ["data: part\n\n", constants.NGHTTP2_INTERNAL_ERROR]);
});

test("SSE-18: a stop ends streams as whole ones", async () => {
  const ends: unknown[] = [];
  const running = await started(waiting(ends));
  const stream = await opened(await session(running));
  const answer = answerOf(stream);
  await running.close();
  assert.equal((await answer).code, 0);
  assert.deepEqual(ends, [{ type: "sse.disconnect", reason: "server_shutdown" }]);
});

test("TRANS-1, TRANS-7: a reader that stalls holds its own stream back, and gets no keepalive on top", async () => {
  let sent = 0;
  const big = "x".repeat(10_000);
  const app = streamApp(async (scope, send) => {
    await send({ type: "sse.start" });
    await send({ type: "sse.keepalive", interval: 0.002, comment: "alive" });
    for (; scope.path === "/much" && sent < 5_000_000; sent += big.length)
      await send({ type: "sse.send", data: big });
    await send({ type: "sse.close" });
  });
  const client = await session(await started(app));
  const stream = client.request({ ...EVENTS, ":path": "/much" });
  await new Promise((resolve) => stream.once("response", resolve));
  for (let last = -1; last !== sent; await new Promise((resolve) => setTimeout(resolve, 50))) last = sent;
  assert.ok(sent < 2_000_000, `${sent} bytes were accepted with nobody reading`);
  assert.equal((await ask(client, EVENTS)).status, 200, "another stream goes on");
  const { text, code } = await answerOf(stream);
  assert.equal(code, 0);
  assert.equal(text.split("\n\n").filter((event) => event.startsWith("data: x")).length, 500);
});

test("curl -N reads events over HTTP/2", { skip: noCurl }, async () => {
  const running = await started(
    streamApp(async (scope, send) => {
      await send({ type: "sse.start" });
      await send({ type: "sse.send", data: scope.httpVersion });
      await send({ type: "sse.close" });
    }),
  );
  const words = ["--http2-prior-knowledge", "-N", "-H", "Accept: text/event-stream", running.url];
  assert.equal((await curl(words)).out, "data: 2\n\n");
});
