/** Clients that vanish, stall, flood and lie; the server must serve on and keep nothing of them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "tack";
import { LiveConnection } from "tack/testing";
import type { Running } from "#src/server/handler.js";
import { serve } from "#src/server/server.js";
import type { ServerContext } from "#src/server/server-context.js";
import { connected, GET, httpApp, okApp, restOf, started } from "./server-tools.js";

type Inside = Running & Pick<ServerContext, "connections" | "requestsInFlight">;

const LARGE = "z".repeat(300_000);

/** Reads the whole request, then answers with three hundred kilobytes in pieces. */
const largeApp: App = httpApp(async (_scope, receive, send) => {
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    more = event.more;
  }
  await send({ type: "http.response.start", status: 200 });
  for (let piece = 0; piece < 3; piece++) {
    await send({ type: "http.response.body", body: LARGE.slice(0, 100_000), more: piece < 2 });
  }
});

const POST = `POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n`;

/** What is sent before the client goes. */
const BEGINNINGS = [
  "",
  "GE",
  "GET / HTTP/1.1\r\nHos",
  GET,
  GET.repeat(20),
  POST,
  POST + "b".repeat(10_000),
  POST + "b".repeat(20_000),
  "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
  "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
  `garbage \0\x01\xff${"\r\n\r\n".repeat(9)}`,
];

async function vanishing(url: string, number: number): Promise<void> {
  const connection = await LiveConnection.open(url);
  void connection.write(BEGINNINGS[number % BEGINNINGS.length]!);
  const moment = number % 4;
  if (moment === 1) await new Promise((resolve) => setImmediate(resolve));
  // Some wait for the first bytes of an answer, as far as there will be one.
  if (moment === 2 && number % BEGINNINGS.length === 3) await connection.source.some();
  if (moment === 3) connection.halfClose();
  if (number % 3 === 0) connection.reset();
  else connection.destroy();
}

async function until(isReached: () => boolean, what: () => string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isReached()) {
    if (performance.now() > deadline) throw new Error(what());
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function answersGet(running: Running): Promise<void> {
  const fresh = await connected(running);
  await fresh.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assert.match(await restOf(fresh), /^HTTP\/1\.1 200 /);
}

test("of ten thousand clients that vanish at any point nothing is left", { timeout: 120_000 }, async () => {
  const { setFlagsFromString } = await import("node:v8");
  const { runInNewContext } = await import("node:vm");
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const limits = { halfCloseGraceMs: 50, lingerMs: 50, drainWindowMs: 0 };
  const running = (await serve(largeApp, limits)) as Inside;
  const left = (): string => `${running.connections.size} connections, ${running.requestsInFlight} requests`;
  const wave = async (from: number, count: number): Promise<number> => {
    for (let number = from; number < from + count; number += 50) {
      const group = Array.from({ length: 50 }, (_, index) => vanishing(running.url, number + index));
      await Promise.all(group);
    }
    await until(() => running.connections.size === 0 && running.requestsInFlight === 0, left);
    await new Promise((resolve) => setTimeout(resolve, 50));
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = Math.min(await wave(0, 2000), await wave(2000, 1000));
  const after = Math.min(await wave(3000, 6000), await wave(9000, 1000));
  assert.ok(after - before < 2 << 20, `grew from ${before} to ${after}`);
  await answersGet(running);
  await running.close({ graceMs: 0 });
});

test("a client that asks and asks and reads nothing is held back, not stored", async () => {
  let calls = 0;
  const app = httpApp(async (scope, receive, send) => {
    calls++;
    await largeApp(scope, receive, send);
  });
  const running = await started(app, { writeTimeoutMs: 60_000 });
  const connection = await connected(running);
  const before = process.memoryUsage();
  void connection.write(GET.repeat(5000));
  let seen = -1;
  // Once a quarter of a second brings no further call, all that may be stored is stored.
  while (calls !== seen) {
    seen = calls;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  assert.ok(calls < 100, `${calls} requests were answered for a client that reads nothing`);
  assert.ok(arrayBuffers + heapUsed - before.arrayBuffers - before.heapUsed < 32 << 20);
  await answersGet(running);
});

test("an app that sends without waiting cannot be made to fill memory by a pipeline either", async () => {
  let calls = 0;
  const app = httpApp(async (_scope, _receive, send) => {
    calls++;
    void send({ type: "http.response.start", status: 200 });
    void send({ type: "http.response.body", body: LARGE });
  });
  const running = await started(app, { writeTimeoutMs: 60_000 });
  const connection = await connected(running);
  connection.source.push(new Uint8Array(1 << 17));
  void connection.write(GET.repeat(3000));
  let seen = -1;
  while (calls !== seen) {
    seen = calls;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.ok(calls < 100, `${calls} requests were answered for a client that reads nothing`);
});

test("held back requests are all answered once the client reads, in order", async () => {
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: LARGE + scope.path });
  });
  const running = await started(app);
  const connection = await connected(running);
  const requests = Array.from({ length: 50 }, (_, index) => `GET /${index} HTTP/1.1\r\nHost: a\r\n\r\n`);
  await connection.write(requests.join(""));
  for (let index = 0; index < 50; index++) {
    const { status } = await connection.responses.head("GET");
    assert.equal(status, 200);
    let last = "";
    for (let piece = await connection.responses.read(); piece; piece = await connection.responses.read()) {
      last = Buffer.from(piece.subarray(-10)).toString("latin1");
    }
    assert.ok(last.endsWith(`z/${index}`), `answer ${index} ends with ${last}`);
  }
});

test("a client that pipelines and then ends its side gets every answer", async () => {
  const app = httpApp(async (scope, receive, send) => {
    await new Promise((resolve) => setImmediate(resolve));
    await okApp(scope, receive, send);
  });
  const running = await started(app);
  const connection = await connected(running);
  void connection.write(GET.repeat(30));
  connection.halfClose();
  assert.equal((await restOf(connection)).split("HTTP/1.1 200 ").length - 1, 30);
});

test("a pipelined head that never ends is answered 408, like any other", async () => {
  const running = await started(okApp, { headTimeoutMs: 60, keepAliveTimeoutMs: 60_000 });
  for (const beginning of [`${GET}GET / HT`, `${GET}${GET}GET /`]) {
    const connection = await connected(running);
    await connection.write(beginning);
    assert.match(await restOf(connection), /HTTP\/1\.1 408 /);
  }
});

test("garbage of every kind is refused, and the next client is served", async () => {
  const running = await started(okApp);
  const garbage = [
    "\0".repeat(500),
    "\r\n\r\n\r\n\r\n",
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n",
  ];
  for (const bytes of garbage) {
    const connection = await connected(running);
    await connection.write(bytes);
    assert.match(await restOf(connection), /^HTTP\/1\.1 (?:400|505) [^]*connection: close/);
  }
  await answersGet(running);
});
