/** The edges of `upgrade` in `fromNode`: bytes before and after, refusals, failures, lost clients, many of them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { type Duplex, PassThrough } from "node:stream";
import { type TestContext, test } from "node:test";
import { WebSocketServer } from "ws";
import { fromConnect } from "#src/adapter/connect.js";
import { fromNode, type FromNodeOptions } from "#src/adapter/node.js";
import { mount } from "#src/compose/mount.js";
import { wrap } from "#src/compose/wrap.js";
import { accessLog } from "#src/middleware/access-log.js";
import { lint } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import { LiveConnection } from "#src/testing/index.js";
import { drive, webSocketScope } from "../support/drive.js";
import { until } from "../support/hosted.js";
import { opened, refused, type Upgrading, upgrading } from "../support/upgrading.js";

const ASK = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: echo\r\n\r\n";
const YES = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n";

/** Takes every connection and echoes what comes, the head first. */
const echo: FromNodeOptions = {
  upgrade: (_request, socket, head) => {
    socket.write(`${YES}`);
    socket.write(head);
    socket.pipe(socket);
  },
};

const page = fromNode((_, response) => void response.end("a page"), { ...echo, startup: () => undefined });

async function connected(context: TestContext, served: Upgrading): Promise<LiveConnection> {
  const connection = await LiveConnection.open(served.url);
  context.after(() => connection.destroy());
  return connection;
}

async function restOf(connection: LiveConnection): Promise<string> {
  return (await connection.source.rest()).toString("latin1");
}

test("nothing is lost: a request before, bytes behind the head, bytes later, the end", async (context) => {
  const served = await upgrading(context, page);
  const connection = await connected(context, served);
  await connection.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${ASK}early `);
  assert.equal((await connection.responses.head("GET")).status, 200);
  assert.equal(String(await connection.responses.read()), "a page");
  await connection.write("and late");
  connection.halfClose();
  assert.equal(await restOf(connection), `${YES}early and late`);
  await until(() => served.connections === 0 && served.running === 0);
});

for (const [what, before] of Object.entries({
  "the request": "",
  "a request and one": "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
})) {
  test(`a client that ends its side with ${what} is heard to its end`, async (context) => {
    // Asked for in a later turn, when the end of the client's side has been seen.
    const later: App = async (scope, receive, send) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return page(scope, receive, send);
    };
    const served = await upgrading(context, later);
    const connection = await connected(context, served);
    await connection.write(`${before}${ASK}last words`);
    connection.halfClose();
    assert.ok((await restOf(connection)).endsWith(`${YES}last words`));
    await until(() => served.connections === 0 && served.running === 0);
  });
}

test("a connection that was ended with the request before it is taken keeps its time", async (context) => {
  const slow: FromNodeOptions = {
    upgrade: (_request, socket) => {
      socket.resume();
      setTimeout(() => socket.end(`${YES}slow`), 150);
    },
  };
  const served = await upgrading(
    context,
    fromNode((_, response) => void response.end(), slow),
    {
      halfCloseGraceMs: 20,
    },
  );
  const connection = await connected(context, served);
  await connection.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${ASK}`);
  connection.halfClose();
  assert.ok((await restOf(connection)).endsWith(`${YES}slow`));
});

test("an upgrade nobody listens to is an ordinary request, as on node:http, but for a WebSocket", async (context) => {
  const plain = await upgrading(context, fromNode(createServer((_, response) => response.end("plain"))));
  const connection = await connected(context, plain);
  await connection.write(ASK.replace("echo", "h2c"));
  assert.equal((await connection.responses.head("GET")).status, 200);
  assert.equal(String(await connection.responses.read()), "plain");
  assert.equal((await refused(`${plain.ws}/`)).status, 501);
});

test("a request that names no upgrade in Connection, and one of HTTP/1.0, are ordinary ones", async (context) => {
  const served = await upgrading(context, page);
  for (const head of [ASK.replace(", Upgrade", ""), ASK.replace("HTTP/1.1", "HTTP/1.0")]) {
    const connection = await connected(context, served);
    await connection.write(head);
    assert.equal((await connection.responses.head("GET")).status, 200);
  }
});

test("a body is never taken for the new protocol: such a request is an ordinary one", async (context) => {
  const app = fromNode((request, response) => void request.pipe(response), echo);
  const served = await upgrading(context, app);
  for (const body of [
    "Content-Length: 5\r\n\r\nhello",
    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  ]) {
    const connection = await connected(context, served);
    await connection.write(`${ASK.replace("GET", "POST").slice(0, -2)}${body}`);
    assert.equal((await connection.responses.head("POST")).status, 200);
    assert.equal(String(await connection.responses.read()), "hello");
  }
});

test("a websocket scope with io is an upgrade as well, one without is refused", async () => {
  const headers = [
    ["connection", "upgrade"],
    ["upgrade", "websocket"],
  ] as const;
  const stream = new PassThrough();
  const io = { take: () => ({ socket: stream, head: new Uint8Array([1]) }) };
  let seen: unknown;
  const app = fromNode(() => undefined, {
    upgrade: ({ method, url }, socket, head) => {
      seen = [method, url, socket === stream, head];
      stream.destroy();
    },
  });
  const upgraded = await drive(app, webSocketScope({ headers, extensions: { io } }));
  assert.deepEqual(
    [upgraded.error, upgraded.events, seen],
    [undefined, [], ["GET", "/", true, Buffer.from([1])]],
  );
  assert.equal((await drive(app, webSocketScope({ headers }))).status, 501);
});

test("a WebSocketServer refuses a path that is not its own, well-formed", async (context) => {
  const server = createServer();
  const wss = new WebSocketServer({ server, path: "/here" });
  const served = await upgrading(context, fromNode(server));
  assert.equal((await refused(`${served.ws}/there`)).status, 400);
  await opened(context, `${served.ws}/here`);
  assert.equal(wss.clients.size, 1);
  assert.equal((await fetch(`${served.url}/here`)).status, 404);
  await until(() => served.running === 1);
});

test("each mount has its own WebSocketServer and sees its own url", async (context) => {
  const part = (name: string): App => {
    const server = createServer((request, response) => response.end(`${name} ${request.url}`));
    new WebSocketServer({ server, path: "/ws" }).on("connection", (socket, request) => {
      const { url, originalUrl, baseUrl } = request as unknown as Record<string, string>;
      socket.send([name, url, originalUrl, baseUrl].join(" "));
    });
    return fromNode(server);
  };
  const served = await upgrading(context, mount({ "/": part("root"), "/a": part("A"), "/a/b c": part("B") }));
  const said = async (path: string): Promise<string | Buffer> =>
    (await opened(context, served.ws + path)).next();
  assert.equal(await said("/ws?x=1"), "root /ws?x=1  ");
  assert.equal(await said("/a/ws?x=1"), "A /ws?x=1 /a/ws?x=1 /a");
  assert.equal(await said("/a/b%20c/ws"), "B /ws /a/b%20c/ws /a/b%20c");
  assert.equal((await refused(`${served.ws}/a/b/ws`)).status, 400);
});

test("a server that cannot hand over its connection answers 501 and says why", async (context) => {
  const keeping: App = async (scope, receive, send) => {
    if (scope.type === "lifespan") return page(scope, receive, send);
    const { io: _, ...extensions } = scope.extensions;
    return page(Object.create(scope, { extensions: { value: extensions } }) as never, receive, send);
  };
  const served = await upgrading(context, keeping);
  const { status, text } = await refused(`${served.ws}/`);
  assert.equal(status, 501);
  assert.match(text, /does not hand over connections/);
  assert.match(served.log.join(), /warn: no upgrade of \//);
  assert.equal(await (await fetch(served.url)).text(), "a page");
});

test("a listener that throws or rejects gives a 500, and a cut once it has written", async (context) => {
  const kinds: Record<string, (socket: Duplex) => unknown> = {
    throw: () => {
      throw new Error("on purpose");
    },
    reject: async () => Promise.reject(new Error("on purpose")),
    late: async (socket) => {
      socket.write(YES);
      throw new Error("on purpose");
    },
  };
  const served = await upgrading(
    context,
    fromNode(() => undefined, { upgrade: ({ url }, socket) => kinds[url!.slice(1)]!(socket) }),
  );
  for (const kind of ["throw", "reject"]) {
    const connection = await connected(context, served);
    await connection.write(ASK.replace("chat", kind));
    assert.match(await restOf(connection), /^HTTP\/1\.1 500 [^]*\r\n\r\n$/);
  }
  const connection = await connected(context, served);
  await connection.write(ASK.replace("chat", "late"));
  await connection.ended;
  await until(() => served.connections === 0 && served.running === 0);
  assert.equal(served.log.filter((line) => line.includes("on purpose")).length, 3);
});

test("through Connect middleware the connection is handed over as well", async (context) => {
  let seen = 0;
  const app = fromConnect((_request, _response, next) => next(void seen++), page);
  const served = await upgrading(context, app);
  const connection = await connected(context, served);
  await connection.write(`${ASK}hello`);
  connection.halfClose();
  assert.equal(await restOf(connection), `${YES}hello`);
  await until(() => served.connections === 0 && served.running === 0);
  assert.deepEqual([seen, served.log], [1, []]);
});

test("half an upgrade and then nothing leaves nothing", async (context) => {
  const served = await upgrading(context, page);
  for (const length of [10, ASK.length - 3, ASK.length - 1]) {
    const client = connect(served.port, "127.0.0.1");
    await once(client, "connect");
    client.write(ASK.slice(0, length));
    await until(() => served.connections > 0);
    client.destroy();
    await until(() => served.connections === 0 && served.running === 0);
  }
  assert.deepEqual(served.log, []);
});

test("lint and the access log stand in between and see an upgrade", async (context) => {
  const lines: string[] = [];
  const sink = (line: string): void => void lines.push(line);
  const app = wrap(page, accessLog({ sink, format: "%r %s" }), lint());
  const served = await upgrading(context, app);
  const connection = await connected(context, served);
  await connection.write(`${ASK}hello`);
  connection.halfClose();
  assert.equal(await restOf(connection), `${YES}hello`);
  await until(() => served.connections === 0 && served.running === 0 && lines.length > 0);
  assert.deepEqual([lines, served.log], [["GET /chat HTTP/1.1 101"], []]);
});
