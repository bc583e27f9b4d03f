/** Clients that leave a WebSocket in the middle of something. */
import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import type { Duplex } from "node:stream";
import { test, type TestContext } from "node:test";
import zlib from "node:zlib";
import type { WebSocketReceiveEvent } from "#src/pagi/event.js";
import { frame, OPCODE } from "#src/testing/client-session.js";
import { until } from "../support/hosted.js";
import { echo, serving } from "../support/sessions.js";
import { opened } from "../support/upgrading.js";

const HANDSHAKE = [
  "GET / HTTP/1.1",
  "Host: a.test",
  "Connection: Upgrade",
  "Upgrade: websocket",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  "",
].join("\r\n");

function connected(context: TestContext, port: number): net.Socket {
  const socket = net.connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  context.after(() => socket.destroy());
  return socket.on("error", () => undefined);
}

/** One compressed message (RFC 7692 §7.2.1). */
function compressed(data: Uint8Array): Uint8Array {
  const bytes = zlib.deflateRawSync(data, { finishFlush: zlib.constants.Z_SYNC_FLUSH });
  return frame(OPCODE.bytes, bytes.subarray(0, -4), { reserved: 4 });
}

test("a client that leaves while its message is expanded costs nobody anything", async (context) => {
  const served = await serving(context, echo, { deflateMinBytes: 1 });
  const message = compressed(Buffer.alloc(900_000, "abc"));
  // More than there are places for work under way: one that is not given back is missed.
  for (let round = 0; round < 30; round++) {
    const socket = connected(context, served.port);
    socket.write(`${HANDSHAKE}Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n`);
    await once(socket, "data");
    socket.write(Buffer.concat([message, message, message, message]));
    for (let turns = round % 10; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve));
    socket.resetAndDestroy();
  }
  await until(() => served.connections === 0 && served.running === 0);
  const { socket, next } = await opened(context, served.ws, { perMessageDeflate: { threshold: 1 } });
  socket.send("still there".repeat(100));
  assert.equal(await next(), "still there".repeat(100));
  assert.deepEqual(served.log, []);
});

test("WS-14: a client that says goodbye and ends its side in one breath has said goodbye", async (context) => {
  const ends: WebSocketReceiveEvent[] = [];
  const served = await serving(context, async (call) => void ends.push(await echo(call)));
  const socket = connected(context, served.port);
  socket.write(`${HANDSHAKE}\r\n`);
  await once(socket, "data");
  socket.end(frame(OPCODE.close, Buffer.from([0x03, 0xe8])));
  await until(() => ends.length === 1);
  assert.deepEqual(ends, [{ type: "websocket.disconnect", code: 1000, reason: "" }]);
});

test("a client that ends its side before it is accepted is gone", async (context) => {
  let hasCome = false;
  let accept = (): void => undefined;
  const mayAccept = new Promise<void>((resolve) => (accept = resolve));
  const ends: WebSocketReceiveEvent[] = [];
  const served = await serving(
    context,
    async (call) => {
      hasCome = true;
      await mayAccept;
      ends.push(await echo(call));
    },
    { halfCloseGraceMs: 60_000 },
  );
  const socket = connected(context, served.port);
  let text = "";
  socket.on("data", (data) => (text += data.toString("latin1")));
  socket.end(`${HANDSHAKE}\r\n`);
  await until(() => hasCome);
  // The end has come as well once a later connection is answered.
  await fetch(served.url).catch(() => undefined);
  accept();
  await once(socket, "end");
  await until(() => served.running === 0);
  assert.match(text, /^HTTP\/1\.1 101 /);
  assert.deepEqual(ends, [{ type: "websocket.disconnect", code: 1006, reason: "client_closed" }]);
});

test("EXT-IO-1: an app that took the connection is not asked for an answer any more", async (context) => {
  const acceptTimeoutMs = 10;
  const served = await serving(
    context,
    async ({ scope }) => {
      const socket = scope.extensions.io!.take().socket as Duplex;
      // Set later, and for longer: the other timer has had its turn when this one runs.
      await new Promise((resolve) => setTimeout(resolve, 5 * acceptTimeoutMs));
      socket.end("HTTP/1.1 101 Switching Protocols\r\n\r\n");
    },
    { acceptTimeoutMs },
  );
  const socket = connected(context, served.port);
  socket.resume().end(`${HANDSHAKE}\r\n`);
  await once(socket, "end");
  await until(() => served.running === 0);
  assert.deepEqual(served.log, []);
});
