import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, GET, heldApp, httpApp, okApp, restOf, started } from "./server-tools.js";

test("a head that never ends is answered 408 and the connection closes", async () => {
  const running = await started(okApp, { headTimeoutMs: 60 });
  const connection = await connected(running);
  await connection.write("GET / HTTP/1.1\r\nHost: a\r\n");
  assert.match(await restOf(connection), /^HTTP\/1\.1 408 [^]*connection: close/);
});

test("an idle connection is closed without a word after the keep-alive time", async () => {
  const running = await started(okApp, { keepAliveTimeoutMs: 60 });
  const connection = await connected(running);
  await connection.write(GET);
  const text = await restOf(connection);
  assert.match(text, /^HTTP\/1\.1 200 /);
  assert.equal(text.split("HTTP/1.1").length, 2);
});

test("a body that stops arriving is answered 408, and the app learns client_timeout", async () => {
  const reasons: unknown[] = [];
  const app = httpApp(async (_scope, receive) => {
    for (;;) {
      const event = await receive();
      if (event.type === "http.disconnect") return void reasons.push(event.reason);
    }
  });
  const running = await started(app, { bodyTimeoutMs: 60 });
  const connection = await connected(running);
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  assert.match(await restOf(connection), /^HTTP\/1\.1 408 /);
  assert.deepEqual(reasons, ["client_timeout"]);
});

test("a body that only trickles is refused once its average rate is too low", async () => {
  const running = await started(
    httpApp(async (_scope, receive) => {
      while ((await receive()).type === "http.request");
    }),
    { bodyTimeoutMs: 80, minBodyRate: 1_000_000 },
  );
  const connection = await connected(running);
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const trickle = setInterval(() => void connection.write("1\r\na\r\n"), 10);
  try {
    assert.match(await restOf(connection), /^HTTP\/1\.1 408 /);
  } finally {
    clearInterval(trickle);
  }
});

test("a request that takes too long as a whole is answered 503", async () => {
  const held = heldApp();
  const running = await started(held.app, { requestTimeoutMs: 60 });
  const connection = await connected(running);
  await connection.write(GET);
  assert.match(await restOf(connection), /^HTTP\/1\.1 503 [^]*retry-after: 5/);
  assert.deepEqual(held.ends, ["x-request-timeout"]);
});

test("a client that takes nothing is cut off with write_timeout", { timeout: 20_000 }, async () => {
  let tell: (reason: unknown) => void = () => undefined;
  const told = new Promise<unknown>((resolve) => (tell = resolve));
  const piece = new Uint8Array(1 << 20);
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    scope.connection.onDisconnect((token) => tell(token));
    await send({ type: "http.response.start", status: 200 });
    while (scope.connection.isConnected) await send({ type: "http.response.body", body: piece, more: true });
  });
  const running = await started(app, { writeTimeoutMs: 100, keepAliveTimeoutMs: 100 });
  const connection = await connected(running);
  await connection.write(GET);
  assert.equal(await told, "write_timeout");
});

test("after the last answer a client that stays is let go in the end", async () => {
  const running = await started(okApp, { lingerMs: 60 });
  const connection = await connected(running);
  await connection.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  await restOf(connection);
  await running.close({ graceMs: 5_000 });
});
