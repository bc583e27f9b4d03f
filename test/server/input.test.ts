import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { test } from "node:test";
import { connected, GET, httpApp, okApp, pestered, restOf, started } from "./server-tools.js";

const POST = "POST / HTTP/1.1\r\nHost: a\r\n";

/** Answers inside the call, without waiting for anything. */
const promptApp = httpApp((_scope, _receive, send) => {
  void send({ type: "http.response.start", status: 200 });
  return send({ type: "http.response.body", body: "ok" });
});

test(
  "after the last answer nothing is read any more, however early that answer came",
  { timeout: 3000 },
  async () => {
    const running = await started(promptApp, { lingerMs: 60 });
    await pestered(running, `${POST}Connection: close\r\nContent-Length: 3\r\n\r\nabc`, GET);
  },
);

test("HTTP-33: broken framing in a body already answered closes without a second answer", async () => {
  const connection = await connected(await started(okApp));
  await connection.write(`${POST}Transfer-Encoding: chunked\r\n\r\n`);
  await connection.responses.head("POST");
  await connection.write("zz\r\n");
  assert.equal(await restOf(connection), "ok");
});

test("requests that arrived whole before the client ended its side are all answered", async () => {
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    await wait(10);
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: `[${scope.path}]` });
  });
  const connection = await connected(await started(app));
  await connection.write(["/1", "/2", "/3"].map((path) => GET.replace("/ ", `${path} `)).join(""));
  connection.halfClose();
  assert.deepEqual((await restOf(connection)).match(/\[[^\]]*\]/g), ["[/1]", "[/2]", "[/3]"]);
});

test("requestTimeoutMs holds for a client that has ended its side, too", async () => {
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    await send({ type: "http.response.start", status: 200 });
    while (scope.connection.isConnected) {
      await send({ type: "http.response.body", body: ".", more: true });
      await wait(10);
    }
  });
  const connection = await connected(await started(app, { requestTimeoutMs: 200, halfCloseGraceMs: 100 }));
  await connection.write(GET);
  connection.halfClose();
  await connection.ended;
});

test("a client that waits for its 100 is not blamed for an app that takes its time", async () => {
  const app = httpApp(async (scope, receive, send) => {
    await wait(200);
    const event = await receive();
    await okApp(scope, receive, async (sent) => {
      await send(sent);
      assert.equal(event.type, "http.request");
    });
  });
  const connection = await connected(await started(app, { bodyTimeoutMs: 60 }));
  await connection.write(`${POST}Expect: 100-continue\r\nContent-Length: 1\r\n\r\n`);
  assert.equal((await connection.responses.head("POST")).status, 100);
  await connection.write("x");
  assert.equal((await connection.responses.head("POST")).status, 200);
});

test("a client is not blamed for the time in which the app had no room for its body", async () => {
  const size = 1 << 20;
  let received = 0;
  const app = httpApp(async (scope, receive, send) => {
    await wait(300);
    for (;;) {
      const event = await receive();
      if (event.type !== "http.request") return;
      received += event.body.byteLength;
      if (!event.more) return okApp(scope, receive, send);
    }
  });
  const limits = { bodyTimeoutMs: 50, minBodyRate: 100_000_000, maxQueuedBodyBytes: 1000 };
  const connection = await connected(await started(app, limits));
  await connection.write(`${POST}Content-Length: ${size}\r\n\r\n`);
  await connection.write(new Uint8Array(size));
  assert.equal((await connection.responses.head("POST")).status, 200);
  assert.equal(received, size);
});

test(
  "a client that leaves after a large body is noticed while the app works",
  { timeout: 3000 },
  async () => {
    let tell: (reason: unknown) => void = () => undefined;
    const told = new Promise((resolve) => (tell = resolve));
    const app = httpApp(async (scope) => {
      if (scope.type === "http") tell(await scope.connection.closed);
    });
    const connection = await connected(await started(app, { maxQueuedBodyBytes: 10 }));
    await connection.write(`${POST}Content-Length: 100\r\n\r\n${"x".repeat(100)}`);
    await wait(30);
    connection.reset();
    assert.equal(await told, "client_closed");
  },
);
