/** PSGI apps that return a wrong response, body, or misuse responder and writer. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { lintPsgi } from "#src/middleware/lint.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiBody, PsgiDelayed, PsgiHandle, PsgiResponder, PsgiTriple } from "#src/psgi/response.js";
import { quotes } from "../support/lint.js";
import {
  answerBreaks,
  delayedBreaks,
  drain,
  handEnv,
  handWriter,
  plain,
  psgiBreaks,
  reported,
  serve,
} from "../support/psgi.js";

const type = ["Content-Type", "text/plain"];
const sized = (length: string) => [...type, "Content-Length", length];

psgiBreaks("APP-2", "a response is no object", () => ({ status: 200 }));
psgiBreaks("APP-2", "a response is no promise of nothing", async () => undefined);
answerBreaks("APP-2", "a response has three elements", 200, type, [], []);
answerBreaks("APP-2", "only a responder takes two elements", 200, type);
answerBreaks("RES-1", "a status is an integer", "200", type, []);
answerBreaks("RES-1", "a status is final", 103, type, []);
answerBreaks("RES-2", "headers are no object", 200, { "Content-Type": "text/plain" }, []);
answerBreaks("RES-2", "headers come in pairs", 200, ["Content-Type"], []);
answerBreaks("RES-2", "a header value is a string", 200, ["Content-Length", 5], []);
answerBreaks("RES-3", "no header is called Status", 200, ["STATUS", "200"], []);
answerBreaks("RES-4", "a header name is a token", 200, ["Foo:", "a"], []);
answerBreaks("RES-5", "a header value has no line break", 200, ["Location", "/\nSet-Cookie: a"], []);
answerBreaks("RES-5", "a header value is a byte string", 200, ["X-Price", "\u20AC"], []);
answerBreaks("RES-7", "a body has a type", 200, [], ["Hello"]);
answerBreaks("RES-7", "a file has a type", 200, [], { path: "/photo.jpg" });
answerBreaks("RES-10", "a 204 has no file", 204, [], { path: "/photo.jpg" });
answerBreaks("RES-8", "a 304 has no type", 304, type, []);
answerBreaks("RES-8", "a 204 has no length", 204, ["Content-Length", "0"], []);
answerBreaks("RES-9", "a length is digits", 200, sized("five"), ["Hello"]);
answerBreaks("RES-9", "a length appears once", 200, [...sized("5"), "content-length", "5"], ["Hello"]);
answerBreaks("RES-9", "a body is not longer than its length", 200, sized("4"), ["Hello"]);
answerBreaks("RES-9", "a body is not shorter than its length", 200, sized("6"), ["Hello"]);
answerBreaks("RES-9", "an iterated body is counted", 200, sized("6"), new Set(["Hello"]));
answerBreaks("RES-10", "a 204 has no bytes", 204, [], ["Hello"]);
answerBreaks("BODY-1", "a string is no body", 200, type, "Hello");
answerBreaks("BODY-1", "bytes are no body", 200, type, new Uint8Array(5));
answerBreaks("BODY-1", "null is no body", 200, type, null);
answerBreaks("BODY-1", "an object is no body", 200, type, {});
answerBreaks("BODY-2", "a piece is text or bytes", 200, type, ["a", 5]);
answerBreaks("BODY-2", "an iterated piece is text or bytes", 200, type, new Set([undefined]));
answerBreaks("BODY-2", "a streamed piece is text or bytes", 200, type, ReadableStream.from([5]));
answerBreaks("BODY-6", "a line is text or bytes", 200, type, { getline: () => 5 });
answerBreaks("BODY-7", "a path is absolute", 200, type, { path: "photo.jpg" });
answerBreaks("BODY-7", "an offset is a count", 200, type, { path: "/photo.jpg", offset: -1 });

test("BODY-5: closing a body twice is an error of the caller", async () => {
  let closed = 0;
  const handle = { getline: () => undefined, close: () => void (closed += 1) };
  const response = lintPsgi()(() => [...plain, handle])(handEnv()) as PsgiTriple;
  const body = response[2] as PsgiHandle;
  body.close?.();
  await quotes("BODY-5", "PSGI", () => body.close?.());
  assert.equal(closed, 1);
});

test("BODY-5: a body that was never closed is reported when the request is over", async () => {
  const printed: string[] = [];
  const env = handEnv({
    "psgix.cleanup": true,
    "psgix.cleanup.handlers": [],
    "psgi.errors": { print: (text: string) => printed.push(text) > 0 },
  });
  const app: PsgiApp = () => [...plain, { getline: () => undefined, close: () => undefined }];
  const rules = await reported(app, async (checked) => {
    await checked(env);
    for (const handler of env["psgix.cleanup.handlers"] ?? []) handler(env);
  });
  assert.deepEqual(rules, ["BODY-5"]);
  assert.match(printed.join(""), /^BODY-5: .*not closed/);
});

test("MID-3: a body that lint refuses with its head is closed", async () => {
  const closed: string[] = [];
  const handle = { getline: () => undefined, close: () => void closed.push("handle") };
  const iterable = { [Symbol.asyncIterator]: () => ({ return: async () => closed.push("iterable") }) };
  const stream = new ReadableStream({ cancel: () => void closed.push("stream") });
  const readable = new Readable({
    read: () => undefined,
    destroy: (_error, done) => (closed.push("readable"), done(null)),
  });
  for (const body of [handle, iterable, stream, readable]) {
    const app = (() => [42, [], body]) as unknown as PsgiApp;
    await quotes("RES-1", "PSGI", () => lintPsgi()(app)(handEnv()));
  }
  assert.deepEqual(closed.sort(), ["handle", "iterable", "readable", "stream"]);
});

test("a write that nobody awaits is reported and does not end the process", async () => {
  const app: PsgiApp = () => async (respond) => {
    const writer = respond(plain);
    await writer.close();
    void writer.write("late");
  };
  const rules = await reported(app, async (checked) => {
    const delayed = (await checked(handEnv())) as PsgiDelayed;
    await delayed((() => handWriter()) as unknown as PsgiResponder);
    await new Promise((resolve) => setImmediate(resolve));
  });
  assert.deepEqual(rules, ["DELAY-11"]);
});

delayedBreaks("DELAY-5", "the responder is called once", (respond) => {
  respond([...plain, []]);
  respond([...plain, []]);
});
delayedBreaks("DELAY-9", "the responder takes an array", (respond) => respond({ status: 200 }));
delayedBreaks("DELAY-9", "the responder takes two or three elements", (respond) => respond([200]));
delayedBreaks("RES-1", "a delayed head is checked", (respond) => respond([42, type]));
delayedBreaks("BODY-1", "a delayed body is checked", (respond) => respond([200, type, "Hello"]));
delayedBreaks("DELAY-11", "nothing is written after close", async (respond) => {
  const writer = respond(plain);
  await writer.close();
  await writer.write("late");
});
delayedBreaks("DELAY-18", "a written piece is text or bytes", (respond) => respond(plain).write(5 as never));
delayedBreaks("DELAY-18", "no more is written than declared", (respond) =>
  respond([200, sized("4")]).write("Hello"),
);
delayedBreaks("DELAY-18", "no less is written than declared", async (respond) => {
  const writer = respond([200, sized("6")]);
  await writer.write("Hello");
  await writer.close();
});
delayedBreaks("RES-7", "a written body has a type", (respond) => respond([200, []]).write("Hello"));

test("DELAY-4: the caller's writer is complete", async () => {
  const delayed = lintPsgi()(() => (respond: PsgiResponder) => respond(plain))(handEnv()) as PsgiDelayed;
  const responder = (() => ({ write: async () => true })) as unknown as PsgiResponder;
  await quotes("DELAY-4", "PSGI", () => delayed(responder));
});

test("a wrong response leaves the responder as it was", async () => {
  const app: PsgiApp = () => async (respond) => {
    assert.throws(() => respond([42, type] as never), /RES-1/);
    await respond([...plain, ["Hello"]]);
  };
  assert.deepEqual((await serve(app)).pieces, ["Hello"]);
});

test("MID-5: a watched writer passes on pacing and signal", async () => {
  const app: PsgiApp = () => async (respond) => {
    const writer = respond([200, sized("10")]);
    assert.equal(await writer.write("Hello"), true);
    assert.equal(writer.signal.aborted, false);
    await assert.rejects(writer.close(), /DELAY-18/);
    assert.equal(await writer.write("World"), true);
    await writer.close();
  };
  assert.deepEqual((await serve(app)).writer.written, ["Hello", "World", "closed"]);
});

test("an app that answers at once is not made to wait", () => {
  const response = lintPsgi()(() => [...plain, ["Hello"]])(handEnv());
  assert.ok(Array.isArray(response));
});

test("MID-5: a watched writer passes on that the client has gone, and may stop short then", async () => {
  const writer = handWriter();
  writer.lost = true;
  const app: PsgiApp = () => async (respond) => {
    const watched = respond([200, sized("10")]);
    assert.equal(await watched.write("Hello"), false);
    await watched.close();
  };
  await (lintPsgi()(app)(handEnv()) as PsgiDelayed)((() => writer) as unknown as PsgiResponder);
  assert.deepEqual(writer.written, ["Hello", "closed"]);
});

test("DELAY-17: what a delayed function returns is handed on for its rejection only", async () => {
  const failing = lintPsgi()(() => async () => Promise.reject(new RangeError("mine")))(
    handEnv(),
  ) as PsgiDelayed;
  await assert.rejects(async () => failing((() => undefined) as unknown as PsgiResponder), RangeError);
});

test("MID-1: lint inside lint is an app to the outer and a server to the inner one", async () => {
  const inner = lintPsgi()(() => [200, sized("2"), new Set(["a", "b"])]);
  assert.deepEqual((await serve(inner)).pieces, ["a", "b"]);
});

async function* lines(): AsyncGenerator<string> {
  yield "a";
  yield "b";
}

test("bodies of every kind arrive whole", async () => {
  const left = ["a", "b"];
  const handle = { getline: () => left.shift() };
  const bodies: PsgiBody[] = [["a", "b"], new Set(["a", "b"]), lines(), handle, Readable.from(["a", "b"])];
  bodies.push(new Blob(["ab"]).stream());
  for (const body of bodies) {
    const { pieces } = await serve(() => [200, sized("2"), body]);
    assert.equal(
      Buffer.concat((pieces as (string | Uint8Array)[]).map((piece) => Buffer.from(piece))).toString(),
      "ab",
    );
  }
});

test("giving up a body reaches its source, also when it was never read", async () => {
  const ended: string[] = [];
  const source = (name: string) => ({
    next: async () => ({ done: false, value: "a" }),
    return: async () => (ended.push(name), { done: true, value: undefined }),
  });
  const iterable = (name: string) =>
    ({ [Symbol.asyncIterator]: () => source(name) }) as AsyncIterable<string>;
  const wrap = (body: PsgiBody): PsgiBody => (lintPsgi()(() => [...plain, body])(handEnv()) as PsgiTriple)[2];
  const unread = wrap(iterable("unread")) as AsyncIterableIterator<string>;
  await unread.return?.();
  for await (const piece of wrap(iterable("read")) as AsyncIterable<string>) if (piece === "a") break;
  const stream = wrap(new ReadableStream({ cancel: () => void ended.push("stream") })) as ReadableStream;
  await stream.cancel();
  const readable = wrap(
    new Readable({ read: () => undefined, destroy: (_error, done) => (ended.push("readable"), done(null)) }),
  );
  (readable as Readable).destroy();
  assert.deepEqual(ended, ["unread", "read", "stream", "readable"]);
});

test("a file keeps its form, and its close counts", async () => {
  let closed = 0;
  const file = { path: "/photo.jpg", offset: 2, getline: () => undefined, close: () => void (closed += 1) };
  const response = lintPsgi()(() => [...plain, file])(handEnv()) as PsgiTriple;
  const body = response[2] as typeof file;
  assert.equal(body.path, "/photo.jpg");
  assert.equal(body.offset, 2);
  await drain(body);
  assert.equal(closed, 1);
});
