/** Socket.IO on a hosted server, with its own client: both transports, the way from one to the other, rooms, the end. */
import assert from "node:assert/strict";
import { createServer, type Server as HttpServer } from "node:http";
import { type TestContext, test } from "node:test";
import { Server, type ServerOptions, type Socket as ServerSocket } from "socket.io";
import { io, type ManagerOptions, type Socket, type SocketOptions } from "socket.io-client";
import { fromNode } from "#src/adapter/node.js";
import { mount } from "#src/compose/mount.js";
import { until } from "../support/hosted.js";
import { refused, type Upgrading, upgrading } from "../support/upgrading.js";

interface Chat {
  readonly http: HttpServer;
  readonly sockets: Server;
}

/** A chat as people write it: pages, rooms, an echo. */
function chat(options: Partial<ServerOptions> = {}): Chat {
  const http = createServer((request, response) => response.end(`page ${request.url}`));
  const sockets = new Server(http, options);
  sockets.on("connection", (socket: ServerSocket) => {
    socket.on("echo", (value: unknown, answer: (value: unknown) => void) => answer(value));
    socket.on("join", async (room: string, joined: () => void) => {
      await socket.join(room);
      joined();
    });
    socket.on("say", (room: string, text: string) => sockets.to(room).emit("said", text));
  });
  return { http, sockets };
}

/** A client for one test, connected. */
async function joined(
  context: TestContext,
  served: Upgrading,
  options: Partial<ManagerOptions & SocketOptions> = {},
): Promise<Socket> {
  const client = io(served.url, { forceNew: true, reconnection: false, ...options });
  context.after(() => client.disconnect());
  await new Promise<void>((resolve, reject) => client.on("connect", resolve).on("connect_error", reject));
  return client;
}

const transportOf = (client: Socket): string => client.io.engine.transport.name;

test("each transport by itself carries text and bytes", async (context) => {
  const served = await upgrading(context, fromNode(chat().http));
  for (const transport of ["polling", "websocket"]) {
    const client = await joined(context, served, { transports: [transport] });
    assert.equal(transportOf(client), transport);
    assert.equal(await client.emitWithAck("echo", "h\xe9llo"), "h\xe9llo");
    const bytes = Buffer.alloc(100_000, 9);
    assert.ok(bytes.equals((await client.emitWithAck("echo", bytes)) as Buffer));
  }
  assert.equal(await (await fetch(`${served.url}/page`)).text(), "page /page");
});

test("a client begins by polling and goes over to a WebSocket", async (context) => {
  const served = await upgrading(context, fromNode(chat().http));
  const client = await joined(context, served);
  await until(() => transportOf(client) === "websocket");
  assert.equal(await client.emitWithAck("echo", 1), 1);
  client.disconnect();
  await until(() => served.running === 0);
});

test("rooms hear what is said in them, and nobody else", async (context) => {
  const served = await upgrading(context, fromNode(chat().http));
  const [a, b, c] = [
    await joined(context, served, { transports: ["websocket"] }),
    await joined(context, served, { transports: ["polling"] }),
    await joined(context, served),
  ];
  let others = 0;
  c.on("said", () => others++);
  await Promise.all([a.emitWithAck("join", "room"), b.emitWithAck("join", "room")]);
  const heard = [a, b].map((client) => new Promise((resolve) => client.on("said", resolve)));
  c.emit("say", "room", "hello");
  assert.deepEqual(await Promise.all(heard), ["hello", "hello"]);
  assert.equal(await c.emitWithAck("echo", "later"), "later");
  assert.equal(others, 0);
});

test("below mounts each has its own path", async (context) => {
  const app = mount({ "/one": fromNode(chat().http), "/two": fromNode(chat().http) });
  const served = await upgrading(context, app);
  for (const transports of [["polling"], ["websocket"]]) {
    const one = await joined(context, served, { transports, path: "/one/socket.io" });
    const two = await joined(context, served, { transports, path: "/two/socket.io" });
    assert.deepEqual([await one.emitWithAck("echo", 1), await two.emitWithAck("echo", 2)], [1, 2]);
  }
});

test("an upgrade that is not for Socket.IO is ended by it", async (context) => {
  const { http } = chat({ destroyUpgradeTimeout: 20 });
  const served = await upgrading(context, fromNode(http));
  await assert.rejects(refused(`${served.ws}/elsewhere`), /socket hang up/);
  await until(() => served.connections === 0 && served.running === 0);
});

test("a stop ends Socket.IO; nobody comes back", async (context) => {
  const { http, sockets } = chat();
  const served = await upgrading(context, fromNode(http));
  const ended: string[] = [];
  sockets.on("connection", (socket) => socket.on("disconnect", (reason) => ended.push(reason)));
  const client = await joined(context, served, { transports: ["websocket"] });
  const isRefused = new Promise((resolve) => client.io.on("reconnect_error", resolve));
  client.io.reconnection(true).reconnectionDelay(1);
  const gone = new Promise((resolve) => client.on("disconnect", resolve));
  await served.close({ graceMs: 50 });
  assert.equal(ended.length, 1);
  assert.equal(await gone, "transport close");
  await isRefused;
  assert.deepEqual([served.connections, served.running, sockets.engine.clientsCount], [0, 0, 0]);
});
