/** What an HTTP/2 client may do to wear a server down, and what becomes of it: others are served all the same. */
import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { App } from "tack";
import type { Running } from "#src/server/handler.js";
import type { ServerContext } from "#src/server/server-context.js";
import {
  blockOf,
  CODES,
  FLAGS,
  type Frame,
  FrameClient,
  frameOf,
  requestFields,
  TYPES,
  u32,
} from "../../support/http2-frames.js";
import { until } from "../../support/hosted.js";
import { heldApp, httpApp, okApp, started } from "../server-tools.js";
import { ask, session } from "./http2-tools.js";

async function framed(running: Running, settings?: Uint8Array): Promise<FrameClient> {
  const client = await FrameClient.open(running.url, settings);
  after(() => client.connection.destroy());
  return client;
}

async function servesOthers(running: Running): Promise<void> {
  const other = await session(running);
  assert.equal((await ask(other, { ":path": "/" })).text, "ok");
  other.destroy();
}

/** The name of the code with which the server says goodbye. */
async function goodbye(client: FrameClient): Promise<string | undefined> {
  const frame = await client.until(({ type }) => type === 7);
  return frame === undefined ? undefined : CODES[frame.payload.readUInt32BE(4)];
}

const openHeaders = FLAGS.endHeaders | FLAGS.endStream;
const get = blockOf(requestFields());

test("rapid reset: streams that are opened to be reset end their connection", async () => {
  let calls = 0;
  const running = await started(
    httpApp(async (scope, receive, send) => {
      calls++;
      await okApp(scope, receive, send);
    }),
    { maxResetsPerSecond: 50 },
  );
  const client = await framed(running);
  // What comes in one read is counted by nghttp2 alone, which has its own word for it.
  const frames: Buffer[] = [];
  for (let stream = 1; stream < 20_000; stream += 2) {
    frames.push(frameOf(1, openHeaders, stream, get), frameOf(3, 0, stream, u32(8)));
  }
  void client.connection.write(Buffer.concat(frames));
  assert.match(String(await goodbye(client)), /^(?:ENHANCE_YOUR_CALM|INTERNAL_ERROR)$/);
  assert.ok(calls < 1000, `${calls} calls`);
  await servesOthers(running);
});

test("streams whose frames break the protocol end their connection", async () => {
  const running = await started(okApp, { maxResetsPerSecond: 20 });
  const client = await framed(running);
  const frames: Buffer[] = [];
  for (let stream = 1; stream < 200; stream += 2) {
    frames.push(frameOf(1, FLAGS.endHeaders, stream, get), frameOf(8, 0, stream, u32(0)));
  }
  void client.connection.write(Buffer.concat(frames));
  assert.notEqual(await goodbye(client), "NO_ERROR");
  await client.connection.ended;
  await servesOthers(running);
});

for (const [name, type, payload] of [
  ["PING", 6, Buffer.alloc(8)],
  ["SETTINGS", 4, Buffer.alloc(0)],
] as const) {
  test(`a flood of ${name} ends its connection, also when nobody reads the answers`, async () => {
    const running = await started(okApp, { maxControlFramesPerSecond: 100 });
    const client = await framed(running);
    const flood = Buffer.concat(Array.from({ length: 2000 }, () => frameOf(type, 0, 0, payload)));
    void client.connection.write(flood);
    assert.equal(await goodbye(client), "ENHANCE_YOUR_CALM");
    const deaf = await framed(running);
    void deaf.connection.write(flood);
    await deaf.connection.ended;
    await servesOthers(running);
  });
}

test("a head that goes on in CONTINUATION without end ends its connection", async () => {
  const running = await started(okApp);
  const client = await framed(running);
  const more = frameOf(9, 0, 1, blockOf([["x-more", "a".repeat(1000)]]));
  const frames = [frameOf(1, FLAGS.endStream, 1, get), ...Array.from({ length: 2000 }, () => more)];
  void client.connection.write(Buffer.concat(frames));
  assert.notEqual(await goodbye(client), "NO_ERROR");
  await client.connection.ended;
  await servesOthers(running);
});

test("HTTP-36: a head above the limits is 431, and far above them its stream is reset", async () => {
  const running = await started(okApp, { maxHeaderBytes: 4000, maxHeaderCount: 20 });
  const client = await session(running);
  assert.equal((await ask(client, { ":path": "/", "x-a": "a".repeat(5000) })).status, 431);
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`x-${index}`, "1"]));
  assert.equal((await ask(client, { ":path": "/", ...many })).status, 431);
  assert.equal((await ask(client, { ":path": `/${"a".repeat(9000)}` })).status, 414);
  assert.equal((await ask(client, { ":path": "/" })).text, "ok");
  const raw = await framed(running);
  await raw.send(1, openHeaders, 1, blockOf([...requestFields(), ["x-a", "a".repeat(14_000)]]));
  const huge = Buffer.concat([get, blockOf([["x-b", "b".repeat(15_000)]])]);
  await raw.send(1, FLAGS.endStream, 3, huge);
  await raw.send(9, FLAGS.endHeaders, 3, blockOf([["x-c", "c".repeat(15_000)]]));
  const reset = await raw.until(({ type, stream }) => type === 3 && stream === 3);
  assert.equal(CODES[reset!.payload.readUInt32BE()], "ENHANCE_YOUR_CALM");
  assert.ok(await raw.isAlive());
});

test("more streams at once than allowed are refused, and ten thousand in turn are answered", async () => {
  const running = await started(okApp, { maxConcurrentStreams: 100 });
  const client = await session(running);
  let answered = 0;
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(client, { ":path": "/" })));
    answered += answers.filter(({ text }) => text === "ok").length;
  }
  assert.equal(answered, 10_000);
  const held = await started(
    httpApp(async (scope) => {
      if (scope.type === "http") await scope.connection.closed;
    }),
    { maxConcurrentStreams: 3 },
  );
  const raw = await framed(held);
  const heads = [1, 3, 5, 7, 9].map((stream) => frameOf(1, openHeaders, stream, get));
  void raw.connection.write(Buffer.concat(heads));
  // Nghttp2 takes more than it has agreed to for a broken connection.
  assert.notEqual(await goodbye(raw), "NO_ERROR");
});

test("HTTP-36: a request above the number in flight is 503", async () => {
  let free = (): void => undefined;
  const gate = new Promise<void>((resolve) => (free = resolve));
  const running = await started(
    httpApp(async (scope, receive, send) => {
      await gate;
      await okApp(scope, receive, send);
    }),
    { maxRequestsInFlight: 1 },
  );
  const client = await session(running);
  const first = ask(client, { ":path": "/" });
  const second = await ask(client, { ":path": "/" });
  assert.deepEqual([second.status, second.headers["retry-after"]], [503, "5"]);
  free();
  assert.equal((await first).text, "ok");
});

/** The end of a stream, good or bad. */
function isLast({ type, flags }: Frame): boolean {
  return type === 3 || (type === 0 && (flags & FLAGS.endStream) !== 0);
}

function large(pieces: number): App {
  return httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    const piece = Buffer.alloc(65_536);
    for (let count = 0; count < pieces; count++) {
      await send({ type: "http.response.body", body: piece, more: true });
    }
    await send({ type: "http.response.body" });
  });
}

test("slow readers with small windows cost little memory, and are cut when they take nothing", async () => {
  const running = await started(
    httpApp(async (scope, receive, send) => {
      if (scope.type === "http") await (scope.path === "/" ? okApp : large(200))(scope, receive, send);
    }),
    { writeTimeoutMs: 1500 },
  );
  const before = process.memoryUsage().rss;
  const window = Buffer.concat([Buffer.from([0, 4]), u32(10)]);
  const clients = await Promise.all(Array.from({ length: 10 }, () => framed(running, window)));
  for (const client of clients) {
    const block = blockOf(requestFields("GET", "/large"));
    const heads = Array.from({ length: 100 }, (_, index) => frameOf(1, openHeaders, 2 * index + 1, block));
    void client.connection.write(Buffer.concat(heads));
  }
  const context = running as unknown as ServerContext;
  await until(() => context.requestsInFlight === 1000);
  await servesOthers(running);
  const grown = (process.memoryUsage().rss - before) / 1_048_576;
  // A thousand responses of 13 MB each; what waits of one is bounded by the high-water mark.

  assert.ok(grown < 150, `${grown} MB`);
  await until(() => context.requestsInFlight === 0);
  await servesOthers(running);
});

test("many responses that share a slow connection are not given up, though each moves but seldom", async () => {
  const running = await started(large(2), { writeTimeoutMs: 500 });
  const client = await framed(running, Buffer.concat([Buffer.from([0, 4]), u32(1_048_576)]));
  const count = 20;
  for (let index = 0; index < count; index++) await client.request(2 * index + 1);
  // All pieces that node takes at a time together need longer than the deadline.
  const slowly = setInterval(() => void client.send(8, 0, 0, u32(24_000)), 20);
  after(() => clearInterval(slowly));
  for (let ended = 0; ended < count; ended++) {
    const { type, payload } = (await client.until(isLast))!;
    // Node itself may reset with NO_ERROR what it has sent to the end.
    if (type === 3) assert.equal(CODES[payload.readUInt32BE()], "NO_ERROR");
  }
  clearInterval(slowly);
});

test("a response whose end waits for the window of the connection ends whole, however long that takes", async () => {
  const body = Buffer.alloc(65_535);
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body, more: true });
    await send({ type: "http.response.body" });
  });
  const client = await framed(await started(app, { lingerMs: 20 }));
  await client.request(1);
  await client.request(3);
  // Far longer than a stream lingers that has ended.
  await new Promise((resolve) => setTimeout(resolve, 300));
  await client.send(8, 0, 0, u32(100_000));
  for (const stream of [1, 3]) await client.send(8, 0, stream, u32(100_000));
  for (let count = 0; count < 2; count++) assert.equal(TYPES[(await client.until(isLast))!.type], "DATA");
});

test("a connection on which the protocol was broken is closed when it was idle", async () => {
  const running = await started(okApp, { keepAliveTimeoutMs: 50 });
  const client = await framed(running);
  await client.send(0, FLAGS.endStream, 1, Buffer.from("test"));
  await client.connection.ended;
});

test("a client that opens a connection and says nothing more is closed when it was idle", async () => {
  const running = await started(okApp, { keepAliveTimeoutMs: 50 });
  const client = await framed(running);
  await client.connection.ended;
});

for (const [what, type, payload] of [
  ["a PING of the wrong size", 6, Buffer.alloc(3)],
  ["DATA for a stream that is idle", 0, Buffer.from("test")],
] as const) {
  test(`${what} ends the requests that are open on its connection`, async () => {
    const held = heldApp();
    const running = await started(held.app, { keepAliveTimeoutMs: 50, writeTimeoutMs: 50 });
    const client = await framed(running);
    await client.request(1);
    await held.entered;
    await client.send(type, 0, type === 0 ? 3 : 0, payload);
    await client.connection.ended;
    const { connections } = running as unknown as ServerContext;
    await until(() => connections.size === 0);
    assert.equal(held.ends.length, 1);
  });
}

test("a client that waits long for its answer is kept while it answers PING", async () => {
  const held = heldApp();
  const running = await started(held.app, { keepAliveTimeoutMs: 20, writeTimeoutMs: 100 });
  const client = await framed(running);
  await client.request(1);
  await held.entered;
  for (let count = 0; count < 5; count++) {
    const ping = await client.until(({ type, flags }) => type === 6 && (flags & FLAGS.ack) === 0);
    await client.send(6, FLAGS.ack, 0, ping!.payload);
  }
  held.release();
  assert.notEqual(await client.until(({ type }) => type === 0), undefined);
  assert.deepEqual(held.ends, [null]);
});
