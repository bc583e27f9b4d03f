/** What `sendAll` does with a source: pace, end, failure, and giving it back. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { eventStream } from "#src/app/event-stream.js";
import type { EventStream } from "#src/object/event-stream.js";
import { createClient } from "#src/testing/app-client.js";

const asking = { headers: [["accept", "text/event-stream"]] } as const;

/** An app without keepalive, and a client of it. */
const client = (handle: (stream: EventStream) => unknown, options = {}): ReturnType<typeof createClient> =>
  createClient(eventStream(handle, { keepalive: 0 }), options);

test("arrays, generators, web streams and streams of Node are sent to their end", async () => {
  async function* numbers(): AsyncGenerator<number> {
    yield 1;
    yield 2;
  }
  const sources = [() => ["1", "2"], numbers, () => new Set([1, 2]), () => Readable.from(["1", "2"])];
  const web = (): ReadableStream<string> =>
    new ReadableStream({
      start(controller) {
        for (const text of ["1", "2"]) controller.enqueue(text);
        controller.close();
      },
    });
  for (const source of [...sources, web]) {
    const response = await client((stream) => stream.sendAll<unknown>(source())).request(asking);
    assert.equal(response.text(), "data: 1\n\ndata: 2\n\n");
  }
});

test("a value becomes an event by the function that is given, or JSON", async () => {
  const named = client((stream) =>
    stream.sendAll([5, 6], (id) => ({ data: `number ${id}`, id: String(id) })),
  );
  assert.equal((await named.request(asking)).text(), "data: number 5\nid: 5\n\ndata: number 6\nid: 6\n\n");
  const plain = client((stream) => stream.sendAll([{ a: 1 }]));
  assert.equal((await plain.request(asking)).text(), 'data: {"a":1}\n\n');
});

test("TRANS-1: the next value is made when the client has taken enough of those before", async () => {
  let made = 0;
  function* endless(): Generator<string> {
    for (;;) yield "x".repeat(100) + ++made;
  }
  const exchange = client((stream) => stream.sendAll(endless()), {
    highWaterMark: 1000,
    lowWaterMark: 500,
  }).open(asking);
  await exchange.head();
  const held = made;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(made < 20, `${made} values for a client that takes none`);
  for (let piece = 0; piece < 20; piece++) await exchange.read();
  assert.ok(made > held, "it goes on");
  exchange.disconnect();
  await exchange.settled;
});

test("APP-18: a source is given back when the client goes, also while it lets us wait", async () => {
  let returned = 0;
  let asked: () => void = () => undefined;
  const isAsked = new Promise<void>((resolve) => (asked = resolve));
  const silent: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        asked();
        return new Promise(() => undefined);
      },
      return: async () => {
        returned++;
        return { done: true, value: undefined };
      },
    }),
  };
  const exchange = client((stream) => stream.sendAll(silent)).open(asking);
  await isAsked;
  assert.equal((await exchange.head()).status, 200, "the head does not wait for the first event");
  exchange.disconnect();
  assert.equal(await exchange.settled, undefined);
  assert.equal(returned, 1);
});

test("close ends a source that is being sent, and after it none is begun", async () => {
  const given: string[] = [];
  async function* ticks(): AsyncGenerator<string> {
    try {
      for (let tick = 0; ; tick++) yield String(tick);
    } finally {
      given.push("back");
    }
  }
  const response = await client(async (stream) => {
    await stream.send("first");
    const sending = stream.sendAll(ticks());
    await stream.send("between");
    await stream.close();
    await sending;
    await stream.sendAll(ticks());
  }).request(asking);
  assert.ok(response.complete);
  assert.match(response.text(), /^data: first\n\n/);
  // The second was never begun, so there is nothing of it to give back.
  assert.deepEqual(given, ["back"]);
});

test("what a source throws is thrown on, and the stream is still there", async () => {
  async function* failing(): AsyncGenerator<string> {
    yield "a";
    throw new Error("source broke");
  }
  const response = await client(async (stream) => {
    await assert.rejects(stream.sendAll(failing()), /source broke/);
    await assert.rejects(
      stream.sendAll(["b"], () => {
        throw new Error("no event");
      }),
      /no event/,
    );
    await stream.send("c");
  }).request(asking);
  assert.equal(response.text(), "data: a\n\ndata: c\n\n");
});
