import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { after, test } from "node:test";
import { connected, GET, httpApp, restOf, started } from "./server-tools.js";

const MEGABYTE = new Uint8Array(1 << 20);

/** Answers with this many megabytes in one piece, and counts calls and settlings. */
function bulkApp(megabytes: number) {
  const counts = { called: 0, settled: 0 };
  const body = new Uint8Array(megabytes << 20);
  const app = httpApp(async (_scope, _receive, send) => {
    counts.called++;
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body });
    counts.settled++;
  });
  return { app, counts };
}

async function until(check: () => boolean): Promise<void> {
  while (!check()) await wait(5);
}

test("APP-15: the last send of a response settles when its client vanishes", { timeout: 5000 }, async () => {
  const { app, counts } = bulkApp(16);
  const running = await started(app, { graceMs: 60_000 });
  const connection = await connected(running);
  await connection.write(GET);
  await connection.responses.head("GET");
  assert.deepEqual(counts, { called: 1, settled: 0 });
  connection.reset();
  await until(() => counts.settled === 1);
  await running.close();
});

test(
  "the last send settles also when a later answer of the connection ends it",
  { timeout: 5000 },
  async () => {
    const { app, counts } = bulkApp(16);
    const connection = await connected(await started(app));
    await connection.write(GET + "GET / HTTP/1.0\r\n\r\n");
    const text = await restOf(connection);
    assert.ok(text.length > 32 << 20);
    await until(() => counts.settled === 2);
  },
);

test("pipelined requests wait while their client takes no answers", { timeout: 5000 }, async () => {
  const { app, counts } = bulkApp(16);
  const connection = await connected(await started(app));
  await connection.write(GET.repeat(50));
  await connection.responses.head("GET");
  await wait(100);
  assert.equal(counts.called, 1);
  connection.destroy();
});

test(
  "pipelined bytes are bounded however many requests are answered meanwhile",
  { timeout: 10_000 },
  async () => {
    const app = httpApp(async (_scope, _receive, send) => {
      await wait(1);
      await send({ type: "http.response.start", status: 200 });
      await send({ type: "http.response.body", body: "x" });
    });
    const folder = await mkdtemp(join(tmpdir(), "tack-"));
    after(() => rm(folder, { recursive: true }));
    // A unix socket: the system keeps little on the way.
    const connection = await connected(await started(app, { listen: [`unix:${folder}/a.sock`] }));
    const stop = wait(400, false);
    const many = GET.repeat(2500);
    let taken = 0;
    while (await Promise.race([connection.write(many).then(() => true), stop])) taken += many.length;
    connection.destroy();
    assert.ok(taken < 1 << 20, `the server took ${taken} bytes of requests in 400 milliseconds`);
  },
);

test(
  "a slow client gets its whole last answer, however short the linger time is",
  { timeout: 10_000 },
  async () => {
    const { app } = bulkApp(16);
    const connection = await connected(await started(app, { lingerMs: 30 }));
    await connection.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    await connection.responses.head("GET");
    await wait(300);
    assert.equal((await restOf(connection)).length, 16 << 20);
  },
);

test("a slow client that has ended its side gets its whole answer, too", { timeout: 10_000 }, async () => {
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    for (let count = 0; count < 16; count++) {
      await send({ type: "http.response.body", body: MEGABYTE, more: count < 15 });
    }
  });
  const connection = await connected(await started(app, { halfCloseGraceMs: 30, lingerMs: 30 }));
  await connection.write("GET / HTTP/1.0\r\n\r\n");
  connection.halfClose();
  await connection.responses.head("GET");
  await wait(300);
  assert.equal((await restOf(connection)).length, 16 << 20);
});

test("bytes from the client do not lengthen the write deadline", { timeout: 5000 }, async () => {
  let tell: (reason: unknown) => void = () => undefined;
  const told = new Promise((resolve) => (tell = resolve));
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    scope.connection.onDisconnect(tell);
    await send({ type: "http.response.start", status: 200 });
    while (scope.connection.isConnected) {
      await send({ type: "http.response.body", body: MEGABYTE, more: true });
    }
  });
  const connection = await connected(await started(app, { writeTimeoutMs: 100 }));
  await connection.write(GET);
  await connection.responses.head("GET");
  const trickle = setInterval(() => void connection.write("x"), 10);
  assert.equal(await told, "write_timeout");
  clearInterval(trickle);
});

test("10,000 pipelined requests in one piece are all answered by an app that never waits", async () => {
  const app = httpApp((_scope, _receive, send) => {
    void send({ type: "http.response.start", status: 200 });
    return send({ type: "http.response.body", body: "x" });
  });
  const connection = await connected(await started(app));
  void connection.write(GET.repeat(9999) + "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assert.equal((await restOf(connection)).split("HTTP/1.1 200").length, 10_001);
});
