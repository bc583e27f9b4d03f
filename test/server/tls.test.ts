/** The HTTP/1.1 engine behind TLS: what a socket that is not ours to adopt could change. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createLiveClient, LiveConnection } from "tack/testing";
import type { Running } from "#src/server/handler.js";
import { connected, GET, heldApp, httpApp, okApp, restOf, started } from "./server-tools.js";
import { helloOf } from "../support/client-hello.js";
import { allOf, secured, shaken } from "./tls-tools.js";
import { local } from "../support/certificates.js";

const folder = await mkdtemp(join(tmpdir(), "tack-tls-"));
after(() => rm(folder, { recursive: true }));

function portOf(running: Running): number {
  return Number(new URL(running.url).port);
}

/** Resolves when the server has ended the connection. */
function gone(socket: { once(event: "close", listener: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => socket.once("close", resolve));
}

test("an https listener says so in its address, and answers several requests on a connection", async () => {
  const running = await secured(okApp);
  assert.match(running.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.equal(running.addresses[0]?.isSecure, true);
  const connection = await connected(running);
  await connection.write(GET + GET);
  for (const _ of [1, 2]) {
    assert.equal((await connection.responses.head("GET")).status, 200);
    assert.equal(Buffer.from((await connection.responses.read())!).toString(), "ok");
    assert.equal(await connection.responses.read(), undefined);
  }
});

test("a client that has ended its side is answered, and its end is answered, too", async () => {
  const running = await secured(okApp);
  const connection = await connected(running);
  await connection.write(GET);
  connection.halfClose();
  assert.match(await restOf(connection), /^HTTP\/1\.1 200 .*\r\n\r\nok$/s);
});

test("large bodies go both ways, in pieces and whole", async () => {
  const app = httpApp(async (scope, receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    for (let more = true; more;) {
      const event = await receive();
      if (event.type !== "http.request") return;
      ({ more } = event);
      await send({ type: "http.response.body", body: event.body, more });
    }
  });
  const running = await secured(app);
  const client = createLiveClient(running.url);
  after(() => client.close());
  const body = randomBytes(3_000_000);
  const response = await client.request({ method: "POST", body });
  assert.ok(Buffer.from(response.body).equals(body));
});

test("TRANS-2: a client that does not read holds back what is sent, by the limit of the server", async () => {
  let sent = 0;
  let held = (): void => undefined;
  const isHeld = new Promise<void>((resolve) => (held = resolve));
  const piece = new Uint8Array(16_384);
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    scope.transport!.onHighWater(held);
    await send({ type: "http.response.start", status: 200 });
    while (scope.connection.isConnected && sent < 200_000_000) {
      await send({ type: "http.response.body", body: piece, more: true });
      sent += piece.length;
    }
  });
  const running = await secured(app, {}, { highWaterMark: 32_768, lowWaterMark: 8192 });
  const socket = await shaken(running);
  socket.pause();
  socket.write(GET);
  await isHeld;
  assert.ok(sent < 100_000_000, `${sent} bytes were taken`);
  const before = sent;
  socket.on("data", () => {
    if (sent > before + 10_000_000) socket.destroy();
  });
  await gone(socket.resume());
});

test("HTTP-28: a response without a length that is cut ends with a reset", async () => {
  let cut = (): void => undefined;
  const isRead = new Promise<void>((resolve) => (cut = resolve));
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: "half", more: true });
    await isRead;
  });
  const running = await secured(app);
  const socket = await shaken(running);
  const lost = new Promise<NodeJS.ErrnoException>((resolve) => socket.once("error", resolve));
  // A reset that comes with the last bytes is told as an end by older Nodes.
  socket.once("data", cut).write("GET / HTTP/1.0\r\n\r\n");
  assert.equal((await lost).code, "ECONNRESET");
});

test("a handshake that does not end is cut at its deadline, whatever trickles in", async () => {
  const running = await secured(okApp, {}, { handshakeTimeoutMs: 100 });
  const silent = connect(portOf(running), "127.0.0.1");
  const trickling = connect(portOf(running), "127.0.0.1");
  const trickle = setInterval(() => trickling.write(Buffer.of(0x16)), 10);
  trickling.write(Buffer.of(0x16, 3, 1, 0x40, 0));
  for (const socket of [silent, trickling]) socket.on("error", () => undefined).resume();
  await Promise.all([gone(silent), gone(trickling)]);
  clearInterval(trickle);
});

test("handshakes count as connections; one too many is cut, and a place that gets free is given away", async () => {
  const running = await secured(okApp, {}, { maxConnections: 2, handshakeTimeoutMs: 5000 });
  const [first, second] = [connect(portOf(running), "127.0.0.1"), connect(portOf(running), "127.0.0.1")];
  await Promise.all(
    [first, second].map((socket) => new Promise((resolve) => socket.once("connect", resolve))),
  );
  const third = connect(portOf(running), "127.0.0.1").on("error", () => undefined);
  await gone(third.resume());
  first.destroy();
  await gone(first);
  const socket = await until(() => shaken(running));
  socket.write("GET / HTTP/1.0\r\n\r\n");
  assert.match(await allOf(socket), /ok$/);
  second.destroy();
});

/** Tries again until the server has noticed that somebody left. */
async function until<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (tries === 100) throw error;
    }
  }
}

test("a client that speaks clear text is told so, one that speaks nonsense is let go", async () => {
  const messages: string[] = [];
  const running = await secured(okApp, {}, { log: ({ message }) => void messages.push(message) });
  const clear = connect(portOf(running), "127.0.0.1");
  clear.write(GET);
  assert.match(await allOf(clear), /^HTTP\/1\.1 400 .*\r\n\r\nThis port speaks HTTPS only\n$/s);
  for (const bytes of ["\0".repeat(100), "\x16\x03\x01\xff\xff", "\x16\x03\x01\0\x04\x02\0\0\0"]) {
    const socket = connect(portOf(running), "127.0.0.1").on("error", () => undefined);
    socket.end(Buffer.from(bytes, "latin1"));
    await gone(socket.resume());
  }
  const failures = messages.filter((message) => message.startsWith("TLS handshake failed: "));
  assert.equal(failures.length, 4, messages.join());
  const socket = await shaken(running);
  socket.write("GET / HTTP/1.0\r\n\r\n");
  assert.match(await allOf(socket), /ok$/);
});

test("of too many handshakes those that take longest make room", async () => {
  const running = await secured(okApp, {}, { maxHandshakes: 5, handshakeTimeoutMs: 60_000 });
  const hello = await helloOf({ servername: "localhost" });
  let left = 0;
  let made = (): void => undefined;
  const isRoomMade = new Promise<void>((resolve) => (made = resolve));
  const hanging = Array.from({ length: 200 }, () => {
    const socket = connect(portOf(running), "127.0.0.1").on("error", () => undefined);
    socket.once("close", () => {
      left += 1;
      if (left === 195) made();
    });
    socket.resume().write(hello);
    return socket;
  });
  await isRoomMade;
  const socket = await shaken(running);
  socket.write("GET / HTTP/1.0\r\n\r\n");
  assert.match(await allOf(socket), /ok$/);
  for (const each of hanging) each.destroy();
});

test("LIFE-8: a stop answers what runs, and cuts handshakes that hang", async () => {
  const { app, release, entered } = heldApp();
  const running = await secured(app, {}, { drainWindowMs: 20, graceMs: 5000 });
  const hanging = connect(portOf(running), "127.0.0.1").on("error", () => undefined);
  await new Promise((resolve) => hanging.once("connect", resolve));
  const socket = await shaken(running);
  socket.write(GET);
  await entered;
  const closing = running.close();
  await gone(hanging.resume());
  release();
  assert.match(await allOf(socket), /connection: close.*ok$/s);
  await closing;
});

test("a unix socket speaks TLS when its URL says so", async () => {
  const path = join(folder, "tls.sock");
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    const facts = [scope.scheme, scope.client, scope.server?.[0], scope.extensions.tls?.tlsVersion];
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: JSON.stringify(facts) });
  });
  const tls = { cert: local.cert, key: local.key };
  const running = await started(app, { listen: [`unix:${path}?mode=600&tls`], tls });
  const connection = await LiveConnection.open(running.url, {});
  after(() => connection.destroy());
  await connection.write("GET / HTTP/1.0\r\n\r\n");
  assert.match(await restOf(connection), new RegExp(`\\["https",null,"${path}",772\\]$`));
});

test("EXT-IO-1: a taken connection is encrypted and says so", async () => {
  const app = httpApp(async (scope) => {
    if (scope.type !== "http") return;
    const { socket } = scope.extensions.io!.take();
    const { encrypted } = socket as unknown as { readonly encrypted: boolean };
    socket.end();
    socket.write = () => false;
    assert.equal(encrypted, true);
  });
  const running = await secured(app);
  const socket = await shaken(running);
  socket.write(GET);
  assert.equal(await allOf(socket), "");
});
