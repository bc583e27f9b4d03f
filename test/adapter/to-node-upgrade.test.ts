/** `toNode(app).upgrade` on servers of `node:http`: apps that take the connection, and apps that answer all the same. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocketServer } from "ws";
import { fromFetch } from "#src/adapter/fetch.js";
import { fromNode, type NodeHandler, toNode } from "#src/adapter/node.js";
import { mount } from "#src/compose/mount.js";
import type { App } from "#src/pagi/app.js";
import { LiveConnection } from "#src/testing/index.js";
import { until } from "../support/hosted.js";
import { opened, refused } from "../support/upgrading.js";

const FIELDS = "Host: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n";
const ASK = `GET /chat HTTP/1.1\r\n${FIELDS}\r\n`;
const YES = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";

interface Outer {
  readonly url: string;
  readonly handler: NodeHandler;
  readonly log: readonly string[];
  /** Open connections. */
  connections(): Promise<number>;
  open(): Promise<LiveConnection>;
}

/** `app` behind a server of node, for one test. */
async function outer(context: TestContext, app: App): Promise<Outer> {
  const log: string[] = [];
  const handler = toNode(app, { log: ({ level, message }) => void log.push(`${level}: ${message}`) });
  const server = createServer(handler).on("upgrade", handler.upgrade).listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  const open = async (): Promise<LiveConnection> => {
    const connection = await LiveConnection.open(url);
    context.after(() => connection.destroy());
    return connection;
  };
  return { url, handler, log, connections, open };
}

async function restOf(connection: LiveConnection): Promise<string> {
  return (await connection.source.rest()).toString("latin1");
}

/** Takes connections of /chat and echoes; answers everything else. */
const echo: App = async (scope, receive, send) => {
  if (scope.type !== "http") return;
  if (scope.path !== "/chat") return answers(scope, receive, send);
  const { socket, head } = scope.extensions.io!.take();
  const stream = socket as Duplex;
  stream.write(YES);
  stream.write(head);
  stream.pipe(stream);
  await new Promise((resolve) => stream.once("close", resolve));
};

const answers = fromFetch(async (request) => {
  const text = await request.text();
  if (text === "") return new Response("ok");
  return new Response(text.toUpperCase(), { headers: { "x-length": String(text.length) } });
});

test("an app takes the connection; bytes behind the head are the app's", async (context) => {
  const { open, handler } = await outer(context, echo);
  const connection = await open();
  await connection.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n`);
  assert.equal((await connection.responses.head("GET")).status, 200);
  assert.equal(String(await connection.responses.read()), "ok");
  await connection.write(`${ASK}early `);
  await connection.source.some();
  assert.equal(handler.running, 1);
  await connection.write("and late");
  connection.halfClose();
  assert.match(await restOf(connection), /and late$/);
  await until(() => handler.running === 0);
});

test("ws on a server in fromNode in a mount in toNode on a server", async (context) => {
  const inner = createServer((request, response) => response.end(request.url));
  new WebSocketServer({ server: inner, path: "/ws" }).on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const { url, handler, connections } = await outer(context, mount({ "/under": fromNode(inner) }));
  const ws = url.replace("http", "ws");
  const client = await opened(context, `${ws}/under/ws`);
  for (let number = 0; number < 1000; number++) client.socket.send(String(number));
  for (let number = 0; number < 1000; number++) assert.equal(await client.next(), String(number));
  client.socket.close(4000, "done");
  assert.deepEqual(await client.closed, { code: 4000, reason: "done" });
  assert.equal((await refused(`${ws}/under/elsewhere`)).status, 400);
  assert.equal((await refused(`${ws}/nowhere`)).status, 404);
  assert.equal(await (await fetch(`${url}/under/page`)).text(), "/page");
  await until(() => handler.running === 0);
  const deadline = Date.now() + 3000;
  while ((await connections()) > 1 && Date.now() < deadline) await wait(5);
  // The one that fetch keeps.
  assert.ok((await connections()) <= 1);
});

test("an app that answers does so as always, and the connection ends", async (context) => {
  const { open, handler } = await outer(context, echo);
  const connection = await open();
  await connection.write(`GET /other HTTP/1.1\r\n${FIELDS}\r\n`);
  const head = await connection.responses.head("GET");
  assert.equal(head.status, 200);
  assert.deepEqual(
    head.headers.filter(([name]) => name === "connection"),
    [["connection", "close"]],
  );
  assert.equal(String(await connection.responses.read()), "ok");
  assert.equal(await restOf(connection), "");
  await until(() => handler.running === 0);
});

const chunked = "Transfer-Encoding: chunked\r\nTrailer: x-t\r\n\r\n5\r\nhello\r\n";
const bodies: Record<string, [first: string, rest: string]> = {
  "with a length": ["Content-Length: 11\r\n\r\nhello", " world"],
  "in one piece": ["Content-Length: 11\r\n\r\nhello world", ""],
  "with bytes behind it": ["Content-Length: 11\r\n\r\nhello", " worldGET / HTTP/1.1\r\n\r\n"],
  "in chunks": [chunked, "6\r\n world\r\n0\r\nx-t: 1\r\n\r\n"],
  expected: ["Expect: 100-continue\r\nContent-Length: 11\r\n\r\n", "hello world"],
};

for (const [what, [first, rest]] of Object.entries(bodies)) {
  test(`the body of a request that asks for an upgrade is read: ${what}`, async (context) => {
    const { open, handler } = await outer(context, echo);
    const connection = await open();
    await connection.write(`POST /h2c HTTP/1.1\r\n${FIELDS}${first}`);
    await wait(20);
    await connection.write(rest);
    if (what === "expected") assert.equal((await connection.responses.head("POST")).status, 100);
    assert.equal((await connection.responses.head("POST")).status, 200);
    assert.equal(String(await connection.responses.read()), "HELLO WORLD");
    assert.equal(await restOf(connection), "");
    await until(() => handler.running === 0);
  });
}

test("broken chunks are no body", async (context) => {
  const { open, handler } = await outer(context, echo);
  const connection = await open();
  await connection.write(`POST / HTTP/1.1\r\n${FIELDS}Transfer-Encoding: chunked\r\n\r\nnonsense\r\n`);
  // Node 26 notices only now.
  connection.halfClose();
  assert.doesNotMatch(await restOf(connection), /200/);
  await until(() => handler.running === 0);
});

test("a large response to a slow reader is paced, and whole", async (context) => {
  const size = 64 * 65_536;
  let made = 0;
  const pull = (controller: ReadableStreamDefaultController): void => {
    if (made === size) return controller.close();
    made += 65_536;
    controller.enqueue(new Uint8Array(65_536));
  };
  const app = fromFetch(() => new Response(new ReadableStream({ pull }, { highWaterMark: 0 })));
  const { url } = await outer(context, app);
  const client = connect(Number(new URL(url).port), "127.0.0.1").pause();
  context.after(() => client.destroy());
  client.write(ASK);
  await wait(100);
  assert.ok(made < size, "all was made with nobody reading");
  let received = 0;
  for await (const piece of client) received += (piece as Buffer).length;
  assert.ok(received > size);
});

test("an app that fails is a 500, one that refuses names the protocol", async (context) => {
  const app: App = async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    if (scope.path === "/throw") throw new Error("on purpose");
    const headers = [["upgrade", "other"]] as const;
    await send({ type: "http.response.start", status: 426, headers });
    await send({ type: "http.response.body", body: "no" });
  };
  const { open } = await outer(context, app);
  const failing = await open();
  await failing.write(ASK.replace("chat", "throw"));
  assert.match(await restOf(failing), /^HTTP\/1\.1 500 /);
  const refusing = await open();
  await refusing.write(ASK);
  assert.match(await restOf(refusing), /^HTTP\/1\.1 426 [^]*connection: close, upgrade\r\n/i);
});

test("an upgrade waits for the answer to the request before it", async (context) => {
  const app: App = async (scope, receive, send) => {
    if (scope.type === "http" && scope.path === "/slow") await wait(50);
    return echo(scope, receive, send);
  };
  const { open } = await outer(context, app);
  const connection = await open();
  await connection.write(`GET /slow HTTP/1.1\r\nHost: a\r\n\r\n${ASK}echo`);
  assert.equal(String((await connection.responses.head("GET")).status), "200");
  assert.equal(String(await connection.responses.read()), "ok");
  connection.halfClose();
  assert.equal(await restOf(connection), `${YES}echo`);
});

test("nothing is offered to HTTP/1.0, and nothing for an ordinary request", async (context) => {
  const app = async (...[scope, , send]: Parameters<App>): Promise<void> => {
    if (scope.type !== "http") return;
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: String(scope.extensions.io !== undefined) });
  };
  const { open, url } = await outer(context, app);
  for (const [version, offered] of [
    ["1.0", "false"],
    ["1.1", "true"],
  ] as const) {
    const connection = await open();
    await connection.write(ASK.replace("1.1", version));
    await connection.responses.head("GET");
    assert.equal(String(await connection.responses.read()), offered);
  }
  assert.equal(await (await fetch(url)).text(), "false");
});

test("an app that does not start answers 503", async (context) => {
  const app: App = async (scope, receive, send) => {
    if (scope.type !== "lifespan") return;
    await receive();
    await send({ type: "lifespan.startup.failed", message: "no database" });
  };
  const connection = await (await outer(context, app)).open();
  await connection.write(ASK);
  assert.match(await restOf(connection), /^HTTP\/1\.1 503 /);
});

test("two thousand clients that vanish leave nothing", { timeout: 60_000 }, async (context) => {
  const slow: App = async (scope, receive, send) => {
    if (scope.type !== "http" || scope.path === "/chat") return echo(scope, receive, send);
    // Gone before it is taken or answered.
    await scope.connection.closed;
  };
  const { url, handler, connections, log } = await outer(context, slow);
  const port = Number(new URL(url).port);
  for (let round = 0; round < 20; round++) {
    const clients = await Promise.all(
      Array.from({ length: 100 }, async (_, index) => {
        const client = connect(port, "127.0.0.1");
        client.on("error", () => undefined);
        client.write(index % 3 === 0 ? ASK.replace("chat", "never") : ASK);
        if (index % 3 !== 0) await once(client, "data");
        return client;
      }),
    );
    await until(() => handler.running === 100);
    for (const [index, client] of clients.entries()) {
      if (index % 2 === 0) client.resetAndDestroy();
      else client.destroy();
    }
    await until(() => handler.running === 0);
  }
  const deadline = Date.now() + 3000;
  while ((await connections()) > 0 && Date.now() < deadline) await wait(5);
  assert.equal(await connections(), 0);
  assert.deepEqual(
    log.filter((line) => line.startsWith("error")),
    [],
  );
});
