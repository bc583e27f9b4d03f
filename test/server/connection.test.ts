import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, GET, heldApp, httpApp, okApp, restOf, started } from "./server-tools.js";

test("HTTP-33: an unread body within the bound is thrown away and the next request answered", async () => {
  const running = await started(okApp);
  const connection = await connected(running);
  await connection.write(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n${"x".repeat(1000)}`);
  await connection.write("GET /second HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const text = await restOf(connection);
  assert.equal(text.split("HTTP/1.1 200 OK").length, 3);
});

test("HTTP-33: an unread body beyond the bound closes the connection and says so", async () => {
  const running = await started(okApp, { maxDrainBytes: 100, lingerMs: 100 });
  const connection = await connected(running);
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  const text = await restOf(connection);
  assert.match(text, /^HTTP\/1\.1 200 [^]*connection: close/);
});

test("HTTP-33: an unread chunked body that goes on and on closes the connection", async () => {
  const running = await started(okApp, { maxDrainBytes: 100, lingerMs: 100 });
  const connection = await connected(running);
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  await connection.responses.head("POST");
  await connection.write(`100\r\n${"x".repeat(256)}\r\n`);
  assert.equal(await restOf(connection), "ok");
});

test("a client that ends its side right after its request still gets the answer", async () => {
  const held = heldApp();
  const running = await started(held.app);
  const connection = await connected(running);
  await connection.write(GET);
  connection.halfClose();
  await held.entered;
  setImmediate(held.release);
  assert.match(await restOf(connection), /^HTTP\/1\.1 200 [^]*ok$/);
});

test("a client that has ended its side gets its grace, then counts as gone", async () => {
  const held = heldApp();
  const running = await started(held.app, { halfCloseGraceMs: 60 });
  const connection = await connected(running);
  await connection.write(GET);
  connection.halfClose();
  assert.equal(await restOf(connection), "");
  assert.deepEqual(held.ends, ["client_closed"]);
});

test("a client that resets the connection counts as gone at once", async () => {
  const held = heldApp();
  const running = await started(held.app);
  const connection = await connected(running);
  await connection.write(GET);
  await held.entered;
  connection.reset();
  while (held.ends.length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(held.ends, ["client_closed"]);
});

test("HTTP-3: a body cut short never looks whole", async () => {
  const seen: unknown[] = [];
  const app = httpApp(async (_scope, receive) => {
    for (;;) {
      const event = await receive();
      seen.push(event.type === "http.request" ? event.more : event.type);
      if (event.type !== "http.request") return;
    }
  });
  const running = await started(app);
  const connection = await connected(running);
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  connection.halfClose();
  await restOf(connection);
  assert.deepEqual(seen, [true, "http.disconnect"]);
});

test("a body that nobody reads makes the client wait instead of filling memory", async () => {
  const held = heldApp();
  const running = await started(held.app, { maxQueuedBodyBytes: 1000, maxBodyBytes: 0, maxDrainBytes: 1e9 });
  const connection = await connected(running);
  await connection.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000000\r\n\r\n");
  await held.entered;
  const before = process.memoryUsage().arrayBuffers;
  const piece = new Uint8Array(1 << 20);
  let taken = 0;
  let isStuck = false;
  while (!isStuck && taken < 200) {
    const written = connection.write(piece).then(() => false);
    isStuck = await Promise.race([
      written,
      new Promise<boolean>((resolve) => setTimeout(resolve, 300, true)),
    ]);
    taken++;
  }
  assert.ok(isStuck, "the server took two hundred megabytes that nobody had asked for");
  assert.ok(process.memoryUsage().arrayBuffers - before < 64 << 20);
  connection.destroy();
});

test("requests beyond the limit of a connection: the last answer says close", async () => {
  const running = await started(okApp, { maxRequestsPerConnection: 2 });
  const connection = await connected(running);
  await connection.write(GET + GET + GET);
  const text = await restOf(connection);
  assert.equal(text.split("HTTP/1.1 200 OK").length, 3);
  assert.equal(text.split("connection: close").length, 2);
});

test("HTTP-36: above the limit of requests in flight the answer is 503 with retry-after", async () => {
  const held = heldApp();
  const running = await started(held.app, { maxRequestsInFlight: 1 });
  const first = await connected(running);
  await first.write(GET);
  await held.entered;
  const second = await connected(running);
  await second.write(GET);
  assert.match(await restOf(second), /^HTTP\/1\.1 503 [^]*retry-after: 5/);
  held.release();
});

test("above the limit of connections the answer is 503 and the connection closes", async () => {
  const running = await started(okApp, { maxConnections: 1 });
  await connected(running);
  const second = await connected(running);
  assert.match(await restOf(second), /^HTTP\/1\.1 503 /);
});

test("answers of a pipeline leave in order, whatever each of them waits for", async () => {
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    if (scope.path === "/slow") await new Promise((resolve) => setTimeout(resolve, 20));
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: `[${scope.path}]` });
  });
  const running = await started(app);
  const connection = await connected(running);
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  await connection.write(get("/1") + get("/slow") + get("/3"));
  await connection.write("GET /4 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const text = await restOf(connection);
  assert.deepEqual(text.match(/\[[^\]]*\]/g), ["[/1]", "[/slow]", "[/3]", "[/4]"]);
});
