/** What waits for an app that does not receive: bounded, whatever the client makes of it, and nothing of it lost. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { createLiveClient } from "#src/testing/index.js";
import { frame, OPCODE } from "#src/testing/client-session.js";
import { standstill, until } from "../support/hosted.js";
import { echo, serving, type SessionCall } from "../support/sessions.js";
import { opened } from "../support/upgrading.js";

/** An app that accepts, and receives everything once it is let. */
function patient() {
  let letGo = (): void => undefined;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const messages: (string | Uint8Array)[] = [];
  const ends: number[] = [];
  const handle = async ({ receive, send }: SessionCall): Promise<void> => {
    await receive();
    await send({ type: "websocket.accept" });
    await gate;
    for (;;) {
      const event = await receive();
      if (event.type === "websocket.disconnect") return void ends.push(event.code);
      if (event.type === "websocket.receive") messages.push(event.text ?? event.bytes!);
    }
  };
  return { handle, letGo, messages, ends };
}

test("a queue for few messages takes the largest", async (context) => {
  const served = await serving(context, echo, { maxReceiveQueue: 1 });
  const { socket, next } = await opened(context, served.ws);
  const message = Buffer.alloc(1_000_000, "0123456789abcdef");
  socket.send(message);
  socket.send("behind");
  assert.deepEqual(await next(), message);
  assert.equal(await next(), "behind");
});

test("a large message behind many small ones is not taken for too many pieces", async (context) => {
  const app = patient();
  const served = await serving(context, app.handle, { maxReceiveQueue: 100 });
  const { socket, closed } = await opened(context, served.ws);
  for (let number = 0; number < 100; number++) socket.send(String(number));
  socket.send("x".repeat(200_000));
  socket.close(1000);
  await standstill(() => socket.bufferedAmount);
  app.letGo();
  assert.equal((await closed).code, 1000);
  await until(() => app.ends.length > 0);
  assert.deepEqual([app.messages.length, app.ends], [101, [1000]]);
});

test("small messages are held back and not refused, however small the largest may be", async (context) => {
  const app = patient();
  const served = await serving(context, app.handle, { maxMessageBytes: 100, maxQueuedBodyBytes: 10_000 });
  const { socket } = await opened(context, served.ws);
  for (let number = 0; number < 5000; number++) socket.send(String(number));
  socket.close(1000);
  await standstill(() => socket.bufferedAmount);
  app.letGo();
  await until(() => app.ends.length > 0);
  assert.deepEqual([app.messages.length, app.messages.at(-1), app.ends], [5000, "4999", [1000]]);
});

test("what short messages keep in memory counts, not their length alone", async (context) => {
  const app = patient();
  const served = await serving(context, app.handle);
  const client = createLiveClient(served.url);
  context.after(() => client.close());
  const session = await client.session();
  const pongs = Buffer.concat(Array.from({ length: 10_000 }, () => frame(OPCODE.pong, "")));
  let written = 0;
  const writing = (async () => {
    for (; written < 500; written++) await session.raw(Buffer.concat([frame(OPCODE.bytes, "x"), pongs]));
  })();
  await standstill(() => written);
  // All that is there without another read.
  app.letGo();
  await new Promise<void>((resolve) => process.nextTick(resolve));
  const memory = new Set(app.messages.map((message) => (message as Uint8Array).buffer));
  const kept = [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
  session.leave();
  await writing.catch(() => undefined);
  assert.ok(kept < 1_000_000, `${kept} bytes were kept`);
});

test("pings find out that a client has gone which is held back", async (context) => {
  const reasons: unknown[] = [];
  const served = await serving(context, async ({ scope, receive, send }) => {
    await receive();
    await send({ type: "websocket.accept" });
    await send({ type: "websocket.keepalive", interval: 0.02, timeout: 5 });
    reasons.push(await scope.connection.closed);
    while ((await receive()).type !== "websocket.disconnect");
  });
  const client = await opened(context, served.ws);
  for (let count = 0; count < 100; count++) client.socket.send(Buffer.alloc(100_000));
  await standstill(() => client.socket.bufferedAmount);
  assert.ok(client.socket.bufferedAmount > 0);
  client.socket.terminate();
  await once(client.socket, "close");
  await until(() => served.connections === 0 && served.running === 0);
  assert.equal(reasons.length, 1);
});
