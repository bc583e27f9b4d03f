/** `tackup -s node` hands over connections as the standalone server does, and ends them when it stops. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { test, type TestContext } from "node:test";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { type WebSocket, WebSocketServer } from "ws";
import { fromNode } from "#src/adapter/node.js";
import { node } from "#src/handler/node.js";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { Handler, Running } from "#src/server/handler.js";
import { opened } from "../support/upgrading.js";

const options = { listen: ["http://127.0.0.1:0"], drainWindowMs: 5 };
const handlers: readonly Handler[] = [node(options), standalone(options)];

async function started(context: TestContext, handler: Handler, app: App): Promise<Running> {
  const running = await handler.run(app);
  context.after(() => running.close({ graceMs: 0 }));
  return running;
}

for (const handler of handlers) {
  const { name } = handler;

  test(`${name}: ws echoes, and sees the end of the server by its deadline`, async (context) => {
    const server = createServer();
    const wss = new WebSocketServer({ server });
    const steps: string[] = [];
    server.on("close", () => steps.push("close"));
    wss.on("connection", (socket: WebSocket) => {
      socket.on("message", (data) => socket.send(String(data)));
      socket.on("close", (code) => steps.push(`session ${code}`));
    });
    const running = await started(context, handler, fromNode(server));
    const { socket, next, closed } = await opened(context, running.url.replace("http", "ws"));
    socket.send("hello");
    assert.equal(await next(), "hello");
    await running.close({ graceMs: 50 });
    assert.deepEqual(steps, ["session 1006", "close"]);
    assert.equal((await closed).code, 1006);
  });

  test(`${name}: Socket.IO with both transports`, async (context) => {
    const server = createServer();
    new Server(server).on("connection", (socket) =>
      socket.on("echo", (value: unknown, answer: (value: unknown) => void) => answer(value)),
    );
    const running = await started(context, handler, fromNode(server));
    for (const transport of ["polling", "websocket"]) {
      const client = io(running.url, { forceNew: true, transports: [transport] });
      context.after(() => client.disconnect());
      assert.equal(await client.emitWithAck("echo", transport), transport);
    }
  });

  test(`${name}: a session that ends lets the server stop at once`, async (context) => {
    const server = createServer();
    const wss = new WebSocketServer({ server });
    const running = await started(context, handler, fromNode(server));
    const connected = once(wss, "connection");
    const { closed } = await opened(context, running.url.replace("http", "ws"));
    await connected;
    const stopped = running.close({ graceMs: 60_000 });
    for (const socket of wss.clients) socket.close(1012, "restart");
    assert.deepEqual(await closed, { code: 1012, reason: "restart" });
    await stopped;
  });
}
