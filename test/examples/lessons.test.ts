import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { root } from "../architecture/source.js";
import { accepting } from "../support/accepting.js";

/** Runs a lesson as its first comment says. */
function lesson(t: TestContext, name: string): Promise<string> {
  const tackup = join(root, "bin", "tackup.mjs");
  const command = [process.execPath, tackup, join("examples", name), "--port", "0"] as const;
  return accepting(t, [...command], { cwd: root });
}

const text = async (url: string, init?: RequestInit): Promise<string> => (await fetch(url, init)).text();

const lessons: Readonly<Record<string, (url: string) => Promise<void>>> = {
  "01-hello-pagi.ts": async (url) => assert.equal(await text(url), "Hello from PAGI\n"),

  "02-hello.psgi.ts": async (url) => assert.equal(await text(`${url}/?name=Ada`), "Hello from Ada\n"),

  "03-hello-fetch.ts": async (url) => assert.equal(await text(`${url}/x`), "Hello from fetch: GET /x\n"),

  "04-streaming.ts": async (url) => assert.equal(await text(url), "one\ntwo\nthree\n"),

  "05-mount.ts": async (url) => {
    assert.equal(await text(`${url}/psgi`), "Hello from PSGI\n");
    assert.equal(await text(`${url}/pagi`), "Hello from PAGI\n");
    assert.equal(await text(`${url}/fetch`), "Hello from fetch: GET /fetch\n");
  },

  "06-middleware.ts": async (url) => {
    assert.equal((await fetch(url)).status, 401);
    const answer = await fetch(url, { headers: { authorization: "Bearer lesson" } });
    assert.deepEqual([await answer.text(), answer.headers.get("x-served-by")], ["Hello from PAGI\n", "tack"]);
  },

  "07-lifespan.ts": async (url) => {
    const first = await text(url);
    assert.match(first, /^running since \d{4}-/);
    assert.equal(await text(url), first, "every request sees the state of the startup");
  },

  "08-files.ts": async (url) => assert.match(await text(`${url}/08-files.ts`), /^\/\*\*\n \* Lesson 8/),

  "09-websocket.ts": async (url) => {
    assert.equal(await text(url), "Connect with a WebSocket\n");
    const socket = new WebSocket(url.replace("http", "ws"));
    socket.on("open", () => socket.send("hello"));
    const [data] = (await once(socket, "message")) as [Buffer];
    assert.equal(String(data), "You said: hello");
    socket.close();
    await once(socket, "close");
  },

  "10-event-stream.ts": async (url) => {
    assert.equal((await fetch(url)).status, 406);
    const headers = { accept: "text/event-stream", "last-event-id": "-3" };
    const { body } = await fetch(url, { headers });
    let read = "";
    for await (const piece of body ?? []) {
      read += new TextDecoder().decode(piece);
      if (read.includes("second 0")) break;
    }
    assert.match(read, /^data: second -2\nid: -2\n\ndata: second -1\nid: -1\n\ndata: second 0\nid: 0\n\n/);
  },
  "11-websocket-app.ts": async (url) => {
    const base = url.replace("http", "ws");
    const [, refusal] = await once(new WebSocket(base), "unexpected-response");
    assert.equal(refusal.statusCode, 400);
    const alice = new WebSocket(`${base}/?name=alice`);
    await once(alice, "open");
    const bob = new WebSocket(`${base}/?name=bob`);
    await once(bob, "open");
    bob.send("hello");
    const heard = await Promise.all([once(alice, "message"), once(bob, "message")]);
    for (const [data] of heard) assert.deepEqual(JSON.parse(String(data)), { name: "bob", said: "hello" });
    for (const socket of [alice, bob]) socket.close();
    await Promise.all([once(alice, "close"), once(bob, "close")]);
  },
};

for (const [name, ask] of Object.entries(lessons)) {
  test(`lesson ${name} runs with one command`, async (t) => ask(await lesson(t, name)));
}

test("every lesson is tried", () => {
  const files = readdirSync(join(root, "examples")).filter((name) => /^\d\d-.*\.ts$/.test(name));
  assert.deepEqual(files.sort(), Object.keys(lessons));
});
