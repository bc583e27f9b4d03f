import assert from "node:assert/strict";
import type { Duplex } from "node:stream";
import { test } from "node:test";
import { connected, httpApp, okApp, restOf, started } from "./server-tools.js";

const UPGRADE = "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: shout\r\n\r\n";

/** Speaks a line protocol after a 101 of its own: every line comes back in capitals, `bye` ends it. */
const shouting = httpApp(async (scope, receive, send) => {
  if (scope.type !== "http" || scope.path !== "/chat") return okApp(scope, receive, send);
  const { socket, head } = scope.extensions.io!.take();
  const stream = socket as Duplex;
  stream.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: shout\r\n\r\n");
  let text = Buffer.from(head).toString("latin1");
  for (;;) {
    const [line, rest] = text.split(/\n([^]*)/, 2);
    if (rest === undefined) {
      const piece = (await new Promise((resolve) => stream.once("data", resolve))) as Buffer;
      text += piece.toString("latin1");
      continue;
    }
    text = rest;
    if (line === "bye") return void stream.end("BYE\n");
    stream.write(Buffer.from(`${line!.toUpperCase()}\n`, "latin1"));
  }
});

test("EXT-IO-1: an app speaks a protocol of its own on the connection it took", async () => {
  const connection = await connected(await started(shouting));
  // A request before, the upgrade, and the first line of the new protocol in one piece.
  await connection.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${UPGRADE}one\ntw`);
  assert.equal((await connection.responses.head("GET")).status, 200);
  assert.deepEqual(await connection.responses.read(), Buffer.from("ok"));
  assert.equal((await connection.responses.head("GET")).status, 101);
  assert.equal(await connection.source.line(), "ONE");
  await connection.write("o\n\xe4\0\r\n");
  assert.equal(await connection.source.line(), "TWO");
  assert.equal(await connection.source.line(), "\xc4\0\r");
  await connection.write("bye\n");
  assert.equal(await restOf(connection), "BYE\n");
});
