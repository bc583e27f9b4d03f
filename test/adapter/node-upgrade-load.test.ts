/** Many and slow connections of a hosted server that upgrades, and the stop of the server that holds them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { fromNode } from "#src/adapter/node.js";
import { standstill, until } from "../support/hosted.js";
import { opened, upgrading } from "../support/upgrading.js";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const ASK =
  "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n`;

/** A raw connection that has seen its 101. */
async function upgraded(port: number): Promise<Socket> {
  const client = connect(port, "127.0.0.1");
  client.on("error", () => undefined);
  client.write(ASK);
  await once(client, "data");
  return client;
}

test("a slow reader holds the sender back, and gets everything in the end", async (context) => {
  const server = createServer();
  const wss = new WebSocketServer({ server, perMessageDeflate: false });
  const served = await upgrading(context, fromNode(server));
  const connected = once(wss, "connection");
  const { socket: client, next } = await opened(context, served.ws, { perMessageDeflate: false });
  const [socket] = (await connected) as [WebSocket];
  client.pause();
  const piece = Buffer.alloc(65_536, 7);
  let sent = 0;
  /** As long as `ws` can give everything to its socket at once. */
  const send = (): number => {
    for (; socket.bufferedAmount === 0 && sent < 1000; sent++) socket.send(piece);
    return sent;
  };
  const held = await standstill(send);
  assert.ok(held < 1000, `${held} pieces were taken with nobody reading`);
  assert.ok(socket.bufferedAmount > 0);
  const timer = setInterval(send, 1);
  context.after(() => clearInterval(timer));
  client.resume();
  for (let count = 0; count < 1000; count++) assert.ok(piece.equals((await next()) as Buffer));
});

test("five thousand vanished connections leave nothing", { timeout: 120_000 }, async (context) => {
  const server = createServer();
  const wss = new WebSocketServer({ server });
  let closes = 0;
  wss.on("connection", (socket) => {
    socket.on("close", () => closes++);
    socket.on("error", () => undefined);
    socket.send("hello");
  });
  const served = await upgrading(context, fromNode(server));
  for (let round = 0; round < 50; round++) {
    const clients = await Promise.all(Array.from({ length: 100 }, () => upgraded(served.port)));
    assert.equal(served.running, 100);
    for (const [index, client] of clients.entries()) {
      // Without a word, with a reset, in the middle of a frame, or by half.
      if (index % 4 === 0) client.resetAndDestroy();
      else if (index % 4 === 1) client.end(Buffer.from([0x81]));
      else if (index % 4 === 2) client.resume().end();
      else client.destroy();
    }
    await until(() => served.connections === 0 && served.running === 0 && wss.clients.size === 0);
    for (const client of clients) client.destroy();
  }
  assert.equal(closes, 5000);
});

test("a stop tells the server by close, after its connections have ended by the deadline", async (context) => {
  const steps: string[] = [];
  const server = createServer();
  const wss = new WebSocketServer({ server });
  wss.on("connection", (socket) => socket.on("close", (code) => steps.push(`session ${code}`)));
  server.on("close", () => steps.push("server"));
  const app = fromNode(server, { shutdown: () => void steps.push("shutdown") });
  const served = await upgrading(context, app);
  const clients = await Promise.all([opened(context, served.ws), opened(context, served.ws)]);
  const begun = performance.now();
  await served.close({ graceMs: 100 });
  assert.ok(performance.now() - begun < 2000);
  assert.deepEqual(steps, ["session 1006", "session 1006", "shutdown", "server"]);
  for (const { closed } of clients) assert.equal((await closed).code, 1006);
  assert.deepEqual([served.connections, served.running], [0, 0]);
});

test("a stop need not wait for the deadline when the sessions end before it", async (context) => {
  const server = createServer();
  const wss = new WebSocketServer({ server });
  const served = await upgrading(context, fromNode(server));
  const { closed } = await opened(context, served.ws);
  const stopped = served.close({ graceMs: 60_000 });
  for (const socket of wss.clients) socket.close(1012, "restart");
  assert.deepEqual(await closed, { code: 1012, reason: "restart" });
  await stopped;
});
