/** `fromNode` with servers that upgrade: `ws` on our own engine, over real sockets. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type TestContext, test } from "node:test";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { fromNode } from "#src/adapter/node.js";
import { UsageError } from "#src/http/errors.js";
import { until } from "../support/hosted.js";
import { opened, type Upgrading, upgrading } from "../support/upgrading.js";

interface Served extends Upgrading {
  readonly server: Server;
  readonly wss: WebSocketServer;
}

/** A server as people have it: pages, and a WebSocketServer that echoes. */
async function echoing(context: TestContext, options: ServerOptions = {}): Promise<Served> {
  const server = createServer((request, response) => response.end(`page ${request.url}`));
  const wss = new WebSocketServer({ server, ...options });
  wss.on("connection", (socket: WebSocket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const served = await upgrading(context, fromNode(server));
  return Object.defineProperties({ server, wss } as Served, Object.getOwnPropertyDescriptors(served));
}

/** A session seen from both sides. */
async function bothEnds(
  context: TestContext,
  served: Served,
): Promise<{ client: Awaited<ReturnType<typeof opened>>; socket: WebSocket }> {
  const connected = once(served.wss, "connection");
  const client = await opened(context, served.ws);
  const [socket] = (await connected) as [WebSocket];
  return { client, socket };
}

test("pages and WebSockets of one server, text and bytes", async (context) => {
  const served = await echoing(context);
  assert.equal(await (await fetch(`${served.url}/a?b`)).text(), "page /a?b");
  const client = await opened(context, served.ws);
  client.socket.send("h\xe9llo \u{1f40d}");
  assert.equal(await client.next(), "h\xe9llo \u{1f40d}");
  client.socket.send(Buffer.from([0, 255, 10, 13]));
  assert.deepEqual(await client.next(), Buffer.from([0, 255, 10, 13]));
  client.socket.send("");
  assert.equal(await client.next(), "");
});

test("a fragmented message arrives whole, with a ping in between", async (context) => {
  const served = await echoing(context);
  const { socket, next } = await opened(context, served.ws, { perMessageDeflate: false });
  const pong = once(socket, "pong");
  socket.send("frag", { fin: false });
  socket.ping("are you there");
  socket.send("men", { fin: false });
  socket.send("ted", { fin: true });
  assert.equal(await next(), "fragmented");
  assert.equal(String((await pong)[0]), "are you there");
});

test("the server pings and the client answers", async (context) => {
  const served = await echoing(context);
  const connected = once(served.wss, "connection");
  await opened(context, served.ws);
  const [socket] = (await connected) as [WebSocket];
  const pong = once(socket, "pong");
  socket.ping("hey");
  assert.equal(String((await pong)[0]), "hey");
});

test("close codes and reasons go both ways", async (context) => {
  const served = await echoing(context);
  for (const side of ["client", "server"] as const) {
    const { client, socket } = await bothEnds(context, served);
    const seen = once(socket, "close");
    if (side === "client") client.socket.close(4001, "from the client");
    else socket.close(4002, "from the server");
    const { code, reason } = await client.closed;
    const [code2, reason2] = (await seen) as [number, Buffer];
    const said = side === "client" ? 4001 : 4002;
    assert.deepEqual(
      [code, code2, reason, String(reason2)],
      [said, said, ...Array(2).fill(`from the ${side}`)],
    );
  }
  await until(() => served.connections === 0 && served.running === 0);
});

test("permessage-deflate is agreed on and carries large messages", async (context) => {
  const served = await echoing(context, { perMessageDeflate: { threshold: 0 } });
  const { socket, next } = await opened(context, served.ws, { perMessageDeflate: true });
  assert.match(socket.extensions, /permessage-deflate/);
  const long = "all work and no play ".repeat(100_000);
  socket.send(long);
  assert.equal(await next(), long);
});

test("a subprotocol is chosen", async (context) => {
  const served = await echoing(context, { handleProtocols: (offered) => [...offered].at(-1)! });
  const { socket } = await opened(context, served.ws, { protocols: ["one", "two"] });
  assert.equal(socket.protocol, "two");
});

test("a thousand messages come back in order", async (context) => {
  const served = await echoing(context);
  const { socket, next } = await opened(context, served.ws);
  for (let number = 0; number < 1000; number++) socket.send(String(number));
  for (let number = 0; number < 1000; number++) assert.equal(await next(), String(number));
});

test("a megabyte in each direction at once is whole", async (context) => {
  const served = await echoing(context);
  const { socket, next } = await opened(context, served.ws, { perMessageDeflate: false });
  const bytes = Buffer.alloc(1_000_003, "0123456789abcdef");
  for (let count = 0; count < 8; count++) socket.send(bytes);
  for (let count = 0; count < 8; count++) assert.ok(bytes.equals((await next()) as Buffer));
});

test("a client that terminates is a close at the server, and the other way round", async (context) => {
  const served = await echoing(context);
  for (const side of ["client", "server"] as const) {
    const { client, socket } = await bothEnds(context, served);
    const seen = once(socket, "close");
    (side === "client" ? client.socket : socket).terminate();
    assert.equal((await seen)[0], 1006);
    assert.equal((await client.closed).code, 1006);
  }
  await until(() => served.connections === 0 && served.running === 0);
  assert.deepEqual(served.log, []);
});

test("what is neither a function nor a server that keeps silent is refused", async (context) => {
  assert.throws(() => fromNode({} as never), UsageError);
  assert.throws(() => fromNode(createServer(), { upgrade: () => undefined }), UsageError);
  const server = createServer();
  const app = fromNode(server);
  server.listen(0, "127.0.0.1");
  context.after(() => server.close());
  await once(server, "listening");
  assert.throws(() => fromNode(server), /listens by itself/);
  await assert.rejects(upgrading(context, app), /listens by itself/);
});
