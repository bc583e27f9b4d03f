/** Event streams whose clients vanish or stall, and servers that stop meanwhile, over real connections. */
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { after, test } from "node:test";
import { eventStream } from "#src/app/event-stream.js";
import { Hub } from "#src/pubsub/hub.js";
import type { EventStream } from "#src/object/event-stream.js";
import { lint } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import type { DisconnectReason } from "#src/pagi/connection.js";
import type { Running } from "#src/server/handler.js";
import type { ServeOptions } from "#src/server/server.js";
import { connected, restOf, started } from "./server-tools.js";

const ASK = "GET / HTTP/1.1\r\nhost: a\r\naccept: text/event-stream\r\n\r\n";

/** A server of one kind of stream, and how each of them ended. */
async function streaming(
  handle: (stream: EventStream) => Promise<unknown>,
  options: ServeOptions = {},
): Promise<{ running: Running; ended: () => Promise<DisconnectReason | null> }> {
  const ends: (DisconnectReason | null)[] = [];
  let tell: () => void = () => undefined;
  const app: App = eventStream(async (stream) => {
    try {
      await handle(stream);
    } finally {
      ends.push(stream.connection.disconnectReason);
      tell();
    }
  });
  const ended = async (): Promise<DisconnectReason | null> => {
    while (ends.length === 0) await new Promise<void>((resolve) => (tell = resolve));
    return ends.shift()!;
  };
  return { running: await started(lint()(app), options), ended };
}

/** A client that has asked and got the head; it reads no further. */
async function stalled(running: Running): Promise<Socket> {
  const socket = connect(Number(new URL(running.url).port), "127.0.0.1");
  after(() => socket.destroy());
  socket.on("error", () => undefined).write(ASK);
  await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  return socket;
}

/** A source that never runs dry. */
function* firehose(): Generator<string> {
  const text = "x".repeat(10_000);
  for (;;) yield text;
}

test("a client that resets a quiet stream is noticed at once", async () => {
  const { running, ended } = await streaming(async (stream) => {
    await stream.send("here");
    await stream.closed;
  });
  (await stalled(running)).resetAndDestroy();
  assert.ok(["client_closed", "read_error"].includes(String(await ended())));
});

test("a client that only ends its side is gone when it is quiet for a while; what is sent reaches it until then", async () => {
  const { running, ended } = await streaming(
    async (stream) => {
      await stream.send("before");
      await stream.closed;
    },
    { halfCloseGraceMs: 50 },
  );
  const connection = await connected(running);
  await connection.write(ASK);
  connection.halfClose();
  assert.match(await restOf(connection), /data: before\n\n/);
  assert.equal(await ended(), "client_closed");
});

test("TRANS-1: a client that stalls before a firehose costs the high-water mark, and is cut after the write timeout", async () => {
  let most = 0;
  let given = 0;
  const { running, ended } = await streaming(
    (stream) =>
      stream.sendAll(firehose(), (text) => {
        most = Math.max(most, stream.connection.isConnected ? ++given : 0);
        return text;
      }),
    { writeTimeoutMs: 300, highWaterMark: 50_000, lowWaterMark: 10_000 },
  );
  const socket = await stalled(running);
  assert.equal(await ended(), "write_timeout");
  assert.ok(most < 2000, `${most} events were made for a client that takes none`);
  socket.destroy();
});

test("a subscriber that stalls is dropped by its policy, and others get all", async () => {
  const hub = new Hub<string>();
  const { running, ended } = await streaming(
    async (stream) => stream.sendAll(await hub.subscribe("a", { capacity: 5 })),
    { writeTimeoutMs: 500, highWaterMark: 50_000, lowWaterMark: 10_000 },
  );
  const quick = await connected(running);
  await quick.write(ASK);
  await quick.responses.head("GET");
  const slow = connect(Number(new URL(running.url).port), "127.0.0.1");
  slow.on("error", () => undefined).write(ASK);
  while (hub.size("a") < 2) await new Promise((resolve) => setImmediate(resolve));
  slow.pause();
  let read = 0;
  let published = 0;
  const text = "y".repeat(100_000);
  while (hub.size("a") === 2) {
    await hub.publish("a", text);
    published++;
    for (; read < published * text.length;) read += (await quick.responses.read())?.length ?? 0;
  }
  assert.ok(published < 500, `${published} messages until it was dropped`);
  assert.equal(await ended(), "write_timeout");
  await hub.publish("a", "the last");
  let rest = "";
  while (!rest.includes("the last")) rest += Buffer.from((await quick.responses.read()) ?? []).toString();
  slow.destroy();
});

test("SSE-18: a stop ends streams at once, held back or not, and waits for no client longer than it may", async () => {
  const { running, ended } = await streaming((stream) => stream.sendAll(firehose()), { graceMs: 300 });
  const reader = await connected(running);
  await reader.write(ASK);
  await stalled(running);
  const isRead = restOf(reader);
  const began = performance.now();
  const closing = running.close();
  assert.match(await isRead, /\n\n\r\n0\r\n\r\n$/, "whole events, and the last chunk");
  assert.deepEqual([await ended(), await ended()], ["server_shutdown", "server_shutdown"]);
  await closing;
  assert.ok(performance.now() - began < 5000);
});

test("SSE-18: whoever asks a stopping server gets an empty stream, and comes back later", async () => {
  const { running, ended } = await streaming(async (stream) => void (await stream.start()), {
    drainWindowMs: 2000,
    graceMs: 3000,
  });
  const connection = await connected(running);
  await connection.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  assert.equal((await connection.responses.head("GET")).status, 406);
  const closing = running.close();
  await connection.write(ASK);
  assert.match(await restOf(connection), /HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n0\r\n\r\n$/);
  assert.equal(await ended(), "server_shutdown");
  await closing;
});

test("SSE-18: a stream of an app's own making that has sent nothing yet is whole as well", async () => {
  let begun: () => void = () => undefined;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  const app: App = async (scope, _receive, send) => {
    if (scope.type !== "sse") return;
    const headers = [["content-type", "text/event-stream"]] as const;
    await send({ type: "http.response.start", status: 200, headers });
    begun();
    await scope.connection.closed;
  };
  const running = await started(app);
  const connection = await connected(running);
  await connection.write(ASK);
  await hasBegun;
  const closing = running.close();
  assert.match(await restOf(connection), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\n0\r\n\r\n$/);
  await closing;
});
