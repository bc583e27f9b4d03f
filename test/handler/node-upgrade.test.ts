/** `tackup -s node` hands over connections as the standalone server does, and ends them when it stops. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
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

  test(`${name}: an app that hears of the stop ends its sessions in its own words`, async (context) => {
    const server = createServer();
    const wss = new WebSocketServer({ server });
    let told = 0;
    const stopping = (): void => {
      told++;
      for (const socket of wss.clients) socket.close(1012, "restart");
    };
    const running = await started(context, handler, fromNode(server, { stopping }));
    const ws = running.url.replace("http", "ws");
    const clients = await Promise.all([opened(context, ws), opened(context, ws), opened(context, ws)]);
    await running.close({ graceMs: 60_000 });
    for (const { closed } of clients) assert.deepEqual(await closed, { code: 1012, reason: "restart" });
    assert.equal(told, 1);
  });

  test(`${name}: a session that opens while the server stops hears of it too`, async (context) => {
    const server = createServer();
    const wss = new WebSocketServer({ server });
    const inner = fromNode(server, {
      stopping: () => {
        for (const socket of wss.clients) socket.close(1012, "restart");
      },
    });
    let enter = (): void => undefined;
    const entered = new Promise<void>((resolve) => (enter = resolve));
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const app: App = async (scope, receive, send) => {
      if (scope.type !== "lifespan") enter();
      if (scope.type !== "lifespan") await released;
      return inner(scope, receive, send);
    };
    const running = await started(context, handler, app);
    const opening = opened(context, running.url.replace("http", "ws"));
    await entered;
    const stopped = running.close({ graceMs: 60_000 });
    setTimeout(release, 50);
    assert.deepEqual(await (await opening).closed, { code: 1012, reason: "restart" });
    await stopped;
  });

  test(`EXT-IO-4: ${name} tells the call that took a connection of the stop, and cuts it later`, async (context) => {
    const seen: unknown[] = [];
    const app: App = async (scope) => {
      if (scope.type !== "http") return;
      const stream = scope.extensions.io!.take().socket as Duplex;
      stream.write("HTTP/1.1 101 Switching Protocols\r\n\r\n");
      seen.push(await scope.connection.closed, stream.destroyed);
      await new Promise((resolve) => stream.on("close", resolve));
      seen.push("cut");
    };
    const running = await started(context, handler, app);
    const client = connect(Number(new URL(running.url).port), "127.0.0.1");
    client.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n");
    await once(client, "data");
    await running.close({ graceMs: 100 });
    assert.deepEqual(seen, ["server_shutdown", false, "cut"]);
    client.destroy();
  });

  test(`${name}: an app that fails when it hears of the stop is logged, and the server stops`, async (context) => {
    const log: string[] = [];
    const server = createServer();
    const wss = new WebSocketServer({ server });
    const stopping = async (): Promise<void> => Promise.reject(new Error("on purpose"));
    const logging = { ...options, log: ({ message }: { message: string }) => void log.push(message) };
    const again = name === "node" ? node(logging) : standalone(logging);
    const running = await started(context, again, fromNode(server, { stopping }));
    await opened(context, running.url.replace("http", "ws"));
    assert.equal(wss.clients.size, 1);
    await running.close({ graceMs: 50 });
    assert.equal(log.filter((line) => line.includes("on purpose")).length, 1);
  });
}
