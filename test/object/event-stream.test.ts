import assert from "node:assert/strict";
import { test } from "node:test";
import { eventStream } from "#src/app/event-stream.js";
import { HttpError, isTackError } from "#src/http/errors.js";
import type { EventStream } from "#src/object/event-stream.js";
import { createClient } from "#src/testing/app-client.js";
import type { ClientRequest } from "#src/testing/client.js";

const asking: ClientRequest = { headers: [["accept", "text/event-stream"]] };

/** What a client gets from a stream that `handle` fills. */
async function got(
  handle: (stream: EventStream) => unknown,
  request: ClientRequest = asking,
): Promise<{ status: number; text: string; complete: boolean }> {
  const response = await createClient(eventStream(handle, { keepalive: 0 })).request(request);
  return { status: response.status, text: response.text(), complete: response.complete };
}

const isClosed = (error: unknown): boolean => isTackError(error) && error.code === "CLOSED";

test("texts, events, JSON and comments are sent; the first one starts the stream, its end closes it", async () => {
  const states: string[] = [];
  const { text, complete } = await got(async (stream) => {
    states.push(stream.state);
    assert.equal(await stream.send("one\ntwo"), true);
    states.push(stream.state);
    await stream.send({ data: "three", event: "count", id: "3", retry: 50 });
    await stream.json({ four: 4 }, { event: "json" });
    await stream.comment("five");
    const closing = stream.close("enough");
    states.push(stream.state);
    await closing;
  });
  assert.deepEqual(states, ["pending", "open", "closed"]);
  assert.ok(complete);
  assert.equal(
    text,
    'data: one\ndata: two\n\nevent: count\ndata: three\nid: 3\nretry: 50\n\nevent: json\ndata: {"four":4}\n\n:five\n\n',
  );
});

test("sends that overlap leave one after the other, and nobody has to await them", async () => {
  const { text } = await got((stream) => {
    for (const word of ["a", "b", "c"]) void stream.send(word);
    void stream.send({ data: "refused", id: "two\nlines" });
    void stream.send("d");
  });
  assert.equal(text, "data: a\n\ndata: b\n\ndata: c\n\ndata: d\n\n");
});

test("start gives headers, once; one that is refused may be tried again", async () => {
  const response = await createClient(
    eventStream(async (stream) => {
      await assert.rejects(stream.start({ headers: [["content-length", "5"]] }), /SSE-4/);
      await stream.start({ status: 201, headers: [["x-own", "1"]] });
      await assert.rejects(stream.start(), isClosed);
    }),
  ).request(asking);
  assert.deepEqual([response.status, response.header("x-own")], [201, "1"]);
});

test("the id of a client that comes back is known", async () => {
  const headers = [...(asking.headers ?? []), ["last-event-id", "41"]] as const;
  const { text } = await got((stream) => stream.send(`after ${stream.lastEventId}`), { headers });
  assert.equal(text, "data: after 41\n\n");
  assert.equal(
    (await got((stream) => stream.send(`after ${stream.lastEventId}`))).text,
    "data: after undefined\n\n",
  );
});

test("keepalive comments begin with the stream, and change when they are told to", async () => {
  const app = eventStream(
    async (stream) => {
      await stream.send("a");
      await new Promise((resolve) => setTimeout(resolve, 50));
      await stream.keepalive(0);
      await stream.send("b");
      await stream.keepalive(0.005, "still");
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
    { keepalive: 0.005 },
  );
  // The client reads as the stream goes: nothing is added to what nobody has taken yet.
  const exchange = createClient(app).open(asking);
  assert.match((await exchange.response()).text(), /^data: a\n\n(:\n\n)+data: b\n\n(:still\n\n)+$/);
});

test("after close every send is refused, and a second close waits for the first", async () => {
  const { text } = await got(async (stream) => {
    await Promise.all([stream.send("a"), stream.close(), stream.close()]);
    await assert.rejects(stream.send("b"), isClosed);
    await assert.rejects(stream.comment("b"), isClosed);
    await assert.rejects(stream.refuse(204), isClosed);
    assert.equal(await stream.closed, null);
  });
  assert.equal(text, "data: a\n\n");
});

test("a stream can be refused before it begins", async () => {
  assert.deepEqual(await got((stream) => stream.refuse(204)), { status: 204, text: "", complete: true });
  const refused = await got(async (stream) => {
    await stream.refuse(403, [["content-type", "text/plain"]], "not you");
    await assert.rejects(stream.send("x"), isClosed);
  });
  assert.deepEqual(refused, { status: 403, text: "not you", complete: true });
});

test("a lost client: sends say false, state and closed tell", async () => {
  const seen: unknown[] = [];
  const client = createClient(
    eventStream(async (stream) => {
      await stream.send("a");
      seen.push(await stream.closed, stream.state, stream.isOpen, await stream.send("b"));
    }),
  );
  const exchange = client.open(asking);
  await exchange.read();
  exchange.disconnect();
  await exchange.settled;
  assert.deepEqual(seen, ["client_closed", "closed", false, false]);
});

test("an error is a status before the start, and a cut after it", async () => {
  const missing = await got(() => {
    throw new HttpError(404, "no such feed");
  });
  assert.deepEqual(missing, { status: 404, text: "no such feed\n", complete: true });
  const cut = await got(async (stream) => {
    await stream.send("a");
    throw new Error("broken");
  });
  assert.deepEqual([cut.text, cut.complete], ["data: a\n\n", false]);
});

test("whoever asks for something else is told what is here", async () => {
  const response = await createClient(eventStream(() => undefined)).request();
  assert.equal(response.status, 406);
  assert.match(response.text(), /text\/event-stream/);
  assert.throws(() => eventStream({} as never), /give it a function/);
  assert.throws(() => eventStream(() => undefined, { keepAlive: 5 } as never), /unknown option "keepAlive"/);
});
