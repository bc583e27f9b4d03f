/** Clients that break off, stall, flood and cheat: each is held to its limits, and the server goes on answering. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import type { WebSocketReceiveEvent } from "#src/pagi/event.js";
import { type ClientSession, closeBody, frame, OPCODE } from "#src/testing/client-session.js";
import { createLiveClient } from "#src/testing/live-client.js";
import { deflateClient } from "../support/deflate-client.js";
import { until } from "../support/hosted.js";
import { echo, serving, type SessionCall } from "../support/sessions.js";
import { opened, type Upgrading } from "../support/upgrading.js";

const DEFLATE = "permessage-deflate; client_no_context_takeover";

/** Opens a session whose frames the test makes itself. */
async function session(
  context: { after(end: () => unknown): void },
  served: Upgrading,
): Promise<ClientSession> {
  const client = createLiveClient(served.url);
  context.after(() => client.close());
  return client.session();
}

/** Accepts and reports how the session ended. */
function reporting(ends: unknown[]): (call: SessionCall) => Promise<void> {
  return async ({ receive, send }) => {
    await receive();
    await send({ type: "websocket.accept" });
    let event: WebSocketReceiveEvent;
    do event = await receive();
    while (event.type !== "websocket.disconnect");
    ends.push(event);
  };
}

async function stillAnswers(context: Parameters<typeof opened>[0], served: Upgrading): Promise<void> {
  const { socket, next } = await opened(context, served.ws, { perMessageDeflate: false });
  socket.send("are you there?");
  assert.ok((await next()).length > 0);
  socket.terminate();
}

test("clients that vanish at any point leave nothing behind", async (context) => {
  const served = await serving(context, echo);
  const whole = frame(OPCODE.text, "x".repeat(1000));
  for (const size of [0, 1, 2, 5, 6, 500, whole.length]) {
    const one = await session(context, served);
    await one.raw(whole.subarray(0, size));
    one.leave();
  }
  await until(() => served.connections === 0 && served.running === 0);
  assert.deepEqual(served.log, []);
});

test("a client that ends its side without a close frame is 1006, behind what it has said", async (context) => {
  const ends: unknown[] = [];
  const served = await serving(context, reporting(ends));
  const client = createLiveClient(served.url);
  context.after(() => client.close());
  const connection = await client.connect();
  const fields = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13";
  await connection.write(
    `GET / HTTP/1.1\r\nhost: a\r\n${fields}\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  await connection.responses.head("GET");
  connection.halfClose();
  await connection.ended;
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ type: "websocket.disconnect", code: 1006, reason: "client_closed" }]);
});

test("a client that does not answer a close frame is let go after the deadline", async (context) => {
  const ends: unknown[] = [];
  const served = await serving(
    context,
    async ({ receive, send, scope }) => {
      await receive();
      await send({ type: "websocket.accept" });
      await send({ type: "websocket.close" });
      ends.push(await receive(), scope.connection.disconnectReason);
    },
    { closeTimeoutMs: 50, lingerMs: 50 },
  );
  await session(context, served);
  await until(() => served.connections === 0);
  const end = { type: "websocket.disconnect", code: 1006, reason: "client_timeout" };
  assert.deepEqual(ends, [end, "client_timeout"]);
});

test("a session on which nothing is said is ended, one that is used is not", async (context) => {
  const ends: unknown[] = [];
  const served = await serving(context, reporting(ends), { sessionIdleTimeoutMs: 300 });
  const quiet = await session(context, served);
  const busy = await session(context, served);
  const timer = setInterval(() => void busy.text("x"), 50);
  context.after(() => clearInterval(timer));
  assert.deepEqual(await quiet.next(), { type: "end" });
  await until(() => ends.length === 1 && served.connections === 1);
  assert.deepEqual(ends, [{ type: "websocket.disconnect", code: 1006, reason: "idle_timeout" }]);
});

test("a flood of pings whose pongs nobody takes costs no memory", async (context) => {
  const served = await serving(context, echo, { writeTimeoutMs: 60_000 });
  const one = await session(context, served);
  const pings = Buffer.concat(Array.from({ length: 500 }, () => frame(OPCODE.ping, "p".repeat(125))));
  const before = process.memoryUsage();
  let written = 0;
  for (let count = 0; count < 400; count++) {
    void one.raw(pings).then(() => written++);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await stillAnswers(context, served);
  await until(() => written > 10);
  const after = process.memoryUsage();
  assert.ok(after.external - before.external < 128 * 2 ** 20, "pongs pile up");
  one.leave();
});

test("fragments without end are 1008, and so is a message of too many", async (context) => {
  const ends: unknown[] = [];
  const served = await serving(context, reporting(ends), { maxMessageFragments: 100 });
  const one = await session(context, served);
  const empty = frame(OPCODE.more, "", { isLast: false });
  await one.raw(
    Buffer.concat([frame(OPCODE.text, "", { isLast: false }), ...Array.from({ length: 100 }, () => empty)]),
  );
  assert.deepEqual(await one.next(), { type: "close", code: 1008, reason: "queue_overflow" });
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ type: "websocket.disconnect", code: 1008, reason: "queue_overflow" }]);
});

/** One compressed frame that becomes `size` zeros. */
function bomb(size: number): Uint8Array {
  const compressed = deflateRawSync(Buffer.alloc(size), { finishFlush: 2 });
  return frame(OPCODE.bytes, compressed.subarray(0, -4), { reserved: 4 });
}

test("a zip bomb is 1009 before it is expanded", async (context) => {
  const ends: unknown[] = [];
  const served = await serving(context, reporting(ends), {
    deflateMinBytes: 1024,
    maxMessageBytes: 100_000,
  });
  const client = await deflateClient(context, served.url, DEFLATE);
  const before = process.memoryUsage().rss;
  client.raw(bomb(200 * 2 ** 20));
  assert.equal(await client.closed, 1009);
  assert.ok(process.memoryUsage().rss - before < 100 * 2 ** 20, "it was expanded");
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ type: "websocket.disconnect", code: 1009, reason: "body_too_large" }]);
});

test("many small bombs for an app that does not receive are held back or 1008", async (context) => {
  let hold = (): void => undefined;
  const held = new Promise<void>((resolve) => (hold = resolve));
  context.after(() => hold());
  const served = await serving(
    context,
    async ({ receive, send, scope }) => {
      await receive();
      await send({ type: "websocket.accept" });
      await Promise.race([held, scope.connection.closed]);
      while ((await receive()).type !== "websocket.disconnect");
    },
    { deflateMinBytes: 1024, maxMessageBytes: 65_536, maxQueuedBodyBytes: 65_536 },
  );
  const client = await deflateClient(context, served.url, DEFLATE);
  const one = bomb(65_000);
  client.raw(Buffer.concat(Array.from({ length: 1000 }, () => one)));
  assert.equal(await client.closed, 1008);
});

test("broken compressed bytes are 1007, and the server goes on", async (context) => {
  const served = await serving(context, echo, { deflateMinBytes: 1 });
  const client = await deflateClient(context, served.url, DEFLATE);
  client.raw(frame(OPCODE.text, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff]), { reserved: 4 }));
  assert.equal(await client.closed, 1007);
  await stillAnswers(context, served);
});

test("a client that takes nothing is cut after the write deadline", async (context) => {
  const ends: unknown[] = [];
  const served = await serving(
    context,
    async ({ receive, send, scope }) => {
      await receive();
      await send({ type: "websocket.accept" });
      const bytes = Buffer.alloc(256 * 1024);
      while (scope.connection.isConnected) await send({ type: "websocket.send", bytes });
      ends.push(await receive());
    },
    { writeTimeoutMs: 200 },
  );
  await session(context, served);
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ type: "websocket.disconnect", code: 1006, reason: "write_timeout" }]);
});

test("a thousand handshakes that are never finished go by their deadline", async (context) => {
  const served = await serving(context, echo, { headTimeoutMs: 300, lingerMs: 50 });
  for (let count = 0; count < 1000; count++) {
    const socket = connect(served.port, "127.0.0.1");
    socket.on("error", () => undefined).resume();
    context.after(() => socket.destroy());
    socket.write("GET / HTTP/1.1\r\nhost: a\r\nupgrade: websocket\r\n");
  }
  await until(() => served.connections > 900);
  await stillAnswers(context, served);
  await until(() => served.connections === 0);
});

test("a stop under load closes every session with 1012 and loses no request", async (context) => {
  const served = await serving(context, echo);
  const sessions = await Promise.all(Array.from({ length: 50 }, () => opened(context, served.ws)));
  const timer = setInterval(() => {
    for (const { socket } of sessions) if (socket.readyState === 1) socket.send("x".repeat(1000));
  }, 1);
  context.after(() => clearInterval(timer));
  await Promise.all(sessions.map(({ next }) => next()));
  await served.close({ graceMs: 60_000 });
  const codes = await Promise.all(sessions.map(({ closed }) => closed));
  assert.deepEqual([...new Set(codes.map(({ code }) => code))], [1012]);
});

test("a close frame that comes in two pieces, with more behind it, ends the session", async (context) => {
  const served = await serving(context, echo);
  const one = await session(context, served);
  const bytes = Buffer.concat([frame(OPCODE.close, closeBody(1001, "moving")), frame(OPCODE.text, "late")]);
  await one.raw(bytes.subarray(0, 5));
  await one.raw(bytes.subarray(5));
  assert.deepEqual(await one.next(), { type: "close", code: 1001, reason: "" });
  assert.deepEqual(await one.next(), { type: "end" });
});
