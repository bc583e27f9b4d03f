import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { connected, GET, httpApp, okApp, restOf, started } from "./server-tools.js";

const HEAD = "GET /raw HTTP/1.1\r\nHost: a\r\n\r\n";

/** Answers, except below /raw: there it takes the connection at once and echoes what comes. */
const rawApp = httpApp((scope, receive, send) => {
  if (scope.type !== "http" || scope.path !== "/raw") return okApp(scope, receive, send);
  const { socket, head } = scope.extensions.io!.take();
  const stream = socket as Duplex;
  stream.write(`raw:${Buffer.from(head).toString()}`);
  stream.pipe(stream);
  return Promise.resolve();
});

test("EXT-IO-1: bytes behind the head reach an app that takes the connection at once", async () => {
  const connection = await connected(await started(rawApp));
  await connection.write(`${HEAD}early`);
  await connection.write(" and late");
  connection.halfClose();
  assert.equal(await restOf(connection), "raw:early and late");
});

test("EXT-IO-1: the answers before leave first", async () => {
  const prompt = httpApp((scope, receive, send) => {
    if (scope.type !== "http" || scope.path === "/raw") return rawApp(scope, receive, send);
    void send({ type: "http.response.start", status: 200 });
    return send({ type: "http.response.body", body: "ok" });
  });
  const connection = await connected(await started(prompt));
  await connection.write(GET + HEAD);
  connection.halfClose();
  assert.match(await restOf(connection), /^HTTP\/1\.1 200 [^]*okraw:$/);
});

test("a taken connection is let go when the server stops", async () => {
  const running = await started(rawApp);
  const connection = await connected(running);
  await connection.write(HEAD);
  await connection.source.some();
  await running.close({ graceMs: 20 });
  await connection.ended;
});

test("what a client sent before both sides ended can still be read", { timeout: 5000 }, async () => {
  let tell: (size: number) => void = () => undefined;
  const told = new Promise<number>((resolve) => (tell = resolve));
  const app = httpApp(async (scope) => {
    if (scope.type !== "http") return;
    const stream = scope.extensions.io!.take().socket as Duplex;
    stream.end("bye");
    await wait(50);
    let size = 0;
    for await (const piece of stream) size += (piece as Buffer).length;
    tell(size);
  });
  const connection = await connected(await started(app));
  await connection.write(HEAD);
  await connection.write("x".repeat(5000));
  connection.halfClose();
  assert.equal(await told, 5000);
});
