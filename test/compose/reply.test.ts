import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { isReply, reply } from "#src/compose/reply.js";
import { UsageError } from "#src/http/errors.js";
import {
  drive,
  FakeConnection,
  httpScope,
  lifespanScope,
  sseScope,
  webSocketScope,
} from "../support/drive.js";

/** A generator that counts how far it was read and tells when it was given back. */
function counted(pieces: number) {
  const seen = { read: 0, released: 0 };
  async function* body(): AsyncGenerator<string> {
    try {
      for (let piece = 1; piece <= pieces; piece += 1) {
        seen.read = piece;
        yield `${piece};`;
      }
    } finally {
      seen.released += 1;
    }
  }
  return { seen, body: body() };
}

test("a reply is a value and an app that can be used again and again", async () => {
  const gone = reply(410, { "X-Why": ["a", "b"] }, "gone");
  assert.deepEqual([gone.status, gone.body], [410, "gone"]);
  for (const scope of [httpScope(), sseScope(), webSocketScope()]) {
    const driven = await drive(gone, scope);
    assert.deepEqual([driven.status, driven.body, driven.isComplete], [410, "gone", true]);
    assert.deepEqual(driven.headers, [
      ["x-why", "a"],
      ["x-why", "b"],
      ["content-type", "text/plain; charset=utf-8"],
    ]);
  }
});

test("LIFE: a reply declines lifespan without a word", async () => {
  const driven = await drive(reply(200), lifespanScope());
  assert.deepEqual([driven.events, driven.error], [[], undefined]);
});

test("isReply tells a reply from any other app", () => {
  assert.equal(isReply(reply(204)), true);
  assert.equal(
    isReply(async () => undefined),
    false,
  );
});

test("a status outside 200 to 999 is refused when the reply is made", () => {
  for (const status of [101, 1000, 200.5, Number.NaN]) assert.throws(() => reply(status), UsageError);
});

test("bytes and files go out in one event, with the headers as given", async () => {
  const bytes = await drive(reply(200, [], new Uint8Array([104, 105])));
  assert.deepEqual([bytes.body, bytes.headers], ["hi", []]);
  const file = await drive(reply(200, [], { file: "/srv/a.txt", offset: 2 }));
  assert.deepEqual(file.events[1], { type: "http.response.body", file: "/srv/a.txt", offset: 2 });
});

test("every kind of stream is sent piece by piece and completed", async () => {
  const web = new ReadableStream<string>({
    start(controller) {
      controller.enqueue("a");
      controller.enqueue("b");
      controller.close();
    },
  });
  for (const body of [["a", "b"], web, Readable.from(["a", "b"]), new Set(["a", "b"])]) {
    const driven = await drive(reply(200, [], body));
    assert.deepEqual([driven.body, driven.isComplete, driven.events.length], ["ab", true, 4]);
  }
});

test("a used stream or generator rejects, nothing is sent in its place", async () => {
  const web = new ReadableStream<string>({ start: (controller) => controller.close() });
  for (const body of [counted(1).body, web]) {
    const once = reply(200, [], body);
    assert.equal((await drive(once)).error, undefined);
    const again = await drive(once);
    assert.deepEqual([again.error instanceof Error, again.events], [true, []]);
  }
  const array = reply(200, [], ["a"]);
  assert.deepEqual([(await drive(array)).body, (await drive(array)).body], ["a", "a"]);
});

test("WS-12: a success answers a WebSocket handshake with 403", async () => {
  const driven = await drive(reply(200, { "x-a": "1" }, "page"), webSocketScope());
  assert.deepEqual([driven.status, driven.body], [403, "There is no WebSocket here"]);
  assert.equal((await drive(reply(302, { location: "/" }), webSocketScope())).status, 302);
});

test("HTTP: a stream is read only as fast as it is sent", async () => {
  const { seen, body } = counted(3);
  await drive(reply(200, [], body), httpScope(), {
    onSend: (_event, events) => assert.ok(seen.read <= Math.max(1, events.length)),
  });
  assert.deepEqual(seen, { read: 3, released: 1 });
});

test("CONN: a client that goes releases the stream, and no terminal event is sent", async () => {
  const connection = new FakeConnection();
  const { seen, body } = counted(100);
  const driven = await drive(reply(200, [], body), httpScope({ connection }), {
    onSend: (_event, events) => void (events.length === 3 && connection.cut()),
  });
  assert.deepEqual([driven.isComplete, driven.error, seen.released], [false, undefined, 1]);
  assert.ok(seen.read < 6);
});

test("CONN: a client that goes while the stream is silent ends the app and cancels the stream", async () => {
  const connection = new FakeConnection();
  let cancelled = 0;
  const silent = new ReadableStream<string>({ cancel: () => void (cancelled += 1) });
  const running = drive(reply(200, [], silent), httpScope({ connection }));
  connection.cut();
  assert.deepEqual((await running).events, []);
  assert.equal(cancelled, 1);
});

test("HEAD and statuses without a body release a stream that was never read", async () => {
  for (const [status, method] of [
    [200, "HEAD"],
    [304, "GET"],
  ] as const) {
    const readable = Readable.from(["a"]);
    const driven = await drive(reply(status, [], readable), httpScope({ method }));
    assert.deepEqual([driven.status, driven.body, driven.isComplete], [status, "", true]);
    assert.equal(readable.destroyed, true);
  }
});

test("a stream that fails before its first piece rejects with nothing sent, one that fails later leaves it open", async () => {
  async function* failing(pieces: number): AsyncGenerator<string> {
    for (let piece = 0; piece < pieces; piece += 1) yield "x";
    throw new Error("disk on fire");
  }
  const early = await drive(reply(200, [], failing(0)));
  assert.deepEqual([String(early.error), early.events], ["Error: disk on fire", []]);
  const late = await drive(reply(200, [], failing(1)));
  assert.deepEqual([String(late.error), late.body, late.isComplete], ["Error: disk on fire", "x", false]);
});

test("a send that is refused releases the stream and rejects the app", async () => {
  const { seen, body } = counted(5);
  const refuse = (): void => {
    throw new Error("refused");
  };
  const driven = await drive(reply(200, [], body), httpScope(), { onSend: refuse });
  assert.deepEqual([String(driven.error), seen.released], ["Error: refused", 1]);
});
