/** WebSocket sessions over HTTP/1.1, with `ws` as the client. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { WebSocketReceiveEvent } from "#src/pagi/event.js";
import { until } from "../support/hosted.js";
import { echo, serving } from "../support/sessions.js";
import { opened, refused } from "../support/upgrading.js";

test("text and bytes come back, empty and large ones too", async (context) => {
  const served = await serving(context, echo);
  const { socket, next } = await opened(context, served.ws, { perMessageDeflate: false });
  for (const message of ["", "hello", "h\xe9llo \u{1f40d}", "x".repeat(70_000)]) {
    socket.send(message);
    assert.equal(await next(), message);
  }
  for (const bytes of [Buffer.alloc(0), Buffer.from([0, 255]), Buffer.alloc(1_000_000, "0123456789abcdef")]) {
    socket.send(bytes);
    assert.deepEqual(await next(), bytes);
  }
  assert.deepEqual(served.log, []);
});

test("fragments are joined, with a ping in between", async (context) => {
  const served = await serving(context, echo);
  const { socket, next } = await opened(context, served.ws);
  const pong = once(socket, "pong");
  socket.send("frag", { fin: false });
  socket.ping("are you there");
  socket.send("men", { fin: false });
  socket.send("ted", { fin: true });
  assert.equal(await next(), "fragmented");
  assert.equal(String((await pong)[0]), "are you there");
});

test("a thousand messages in one piece come back in order", async (context) => {
  const served = await serving(context, echo);
  const { socket, next } = await opened(context, served.ws);
  for (let number = 0; number < 1000; number++) socket.send(String(number));
  for (let number = 0; number < 1000; number++) assert.equal(await next(), String(number));
});

test("the client's close is echoed, and told behind the messages before it", async (context) => {
  const seen: WebSocketReceiveEvent[] = [];
  let entered = (): void => undefined;
  const closed = new Promise<void>((resolve) => (entered = resolve));
  const served = await serving(context, async ({ scope, receive, send }) => {
    await receive();
    await send({ type: "websocket.accept" });
    scope.connection.onComplete(entered);
    await closed;
    for (;;) {
      const event = await receive();
      seen.push(event);
      if (event.type === "websocket.disconnect") return;
    }
  });
  const client = await opened(context, served.ws);
  client.socket.send("last words");
  client.socket.close(4001, "enough");
  assert.deepEqual(await client.closed, { code: 4001, reason: "" });
  await until(() => served.running === 0 && served.connections === 0);
  assert.deepEqual(seen, [
    { type: "websocket.receive", text: "last words" },
    { type: "websocket.disconnect", code: 4001, reason: "enough" },
  ]);
  assert.deepEqual(served.log, []);
});

test("a refusal is a response", async (context) => {
  const served = await serving(context, async ({ send }) => {
    await send({ type: "http.response.start", status: 403, headers: [["content-type", "text/plain"]] });
    await send({ type: "http.response.body", body: "not you" });
  });
  assert.deepEqual(await refused(served.ws), { status: 403, text: "not you" });
  assert.deepEqual(served.log, []);
});

test("WS-18: a stop closes with 1012, or 1001 by option, and does not wait for the grace period", async (context) => {
  for (const stopCloseCode of [1012, 1001]) {
    const ends: unknown[] = [];
    const served = await serving(context, async (call) => ends.push(await echo(call)), { stopCloseCode });
    const { closed } = await opened(context, served.ws);
    const started = performance.now();
    await served.close({ graceMs: 60_000 });
    assert.ok(performance.now() - started < 5000);
    assert.deepEqual(await closed, { code: stopCloseCode, reason: "server_shutdown" });
    assert.deepEqual(ends, [
      { type: "websocket.disconnect", code: stopCloseCode, reason: "server_shutdown" },
    ]);
  }
});
