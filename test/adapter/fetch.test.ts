import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { directOf } from "#src/adapter/direct.js";
import { fromFetch } from "#src/adapter/fetch.js";
import type { FetchContext, FetchHandler } from "#src/http/fetch-handler.js";
import { lint } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import { type Driven, type DrivenRequest, drive, exchange } from "../support/driven-exchange.js";

function linted(handler: FetchHandler): App {
  return lint()(fromFetch(handler));
}

async function answerOf(handler: FetchHandler, request?: DrivenRequest): Promise<Driven> {
  return exchange(linted(handler), request);
}

const post: DrivenRequest = {
  method: "POST",
  headers: [
    ["host", "app.test"],
    ["content-length", "4"],
  ],
  pieces: ["ab", "cd"],
};

test("two Set-Cookie are kept apart", async () => {
  const driven = await answerOf(() => {
    const response = new Response("x");
    response.headers.append("set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT");
    response.headers.append("set-cookie", "b=2");
    return response;
  });
  assert.deepEqual(driven.header("set-cookie"), ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"]);
});

test("a handler that throws or rejects is the server's error, before the head", async () => {
  for (const handler of [() => assert.fail("boom"), () => Promise.reject(new Error("boom"))]) {
    const driven = drive(fromFetch(handler));
    assert.match(String(await driven.done), /boom/);
    assert.deepEqual(driven.events, []);
  }
});

test("APP-2: a handler that returns no Response is told so", async () => {
  for (const value of [undefined, null, "text", {}, Response.error()]) {
    const driven = drive(fromFetch(() => value as never));
    assert.match(String(await driven.done), /ContractError: APP-2: a fetch handler returns a Response, not/);
  }
});

test("the signal stays silent on a normal GET and POST", async () => {
  let signal: AbortSignal | undefined;
  const driven = await answerOf(async (request) => {
    signal = request.signal;
    return new Response(await request.text());
  }, post);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([driven.text, signal?.aborted], ["abcd", false]);
});

test("the signal aborts when the client is lost, also after the body was read, and in requests made from it", async () => {
  const seen: AbortSignal[] = [];
  const driven = drive(
    fromFetch(async (request) => {
      await request.clone().text();
      seen.push(request.signal, request.clone().signal, new Request(request).signal);
      return new Promise(() => undefined);
    }),
    post,
  );
  await driven.until(() => seen.length === 3);
  assert.ok(seen.every((signal) => !signal.aborted));
  driven.leave();
  await driven.until(() => seen.every((signal) => signal.aborted));
  assert.match(String(seen[0]!.reason), /client_closed/);
});

test("a stalled reader paces the response stream", async () => {
  let pulls = 0;
  const pull = (controller: ReadableStreamDefaultController): void => {
    if (++pulls === 50) controller.close();
    else controller.enqueue(new Uint8Array(10));
  };
  const handler = (): Response => new Response(new ReadableStream({ pull }, { highWaterMark: 0 }));
  const driven = drive(fromFetch(handler), { stallAfter: 3 });
  await driven.until(() => driven.pieces.length === 4);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(pulls <= 6, `${pulls} pulls`);
  driven.resume();
  await driven.done;
  assert.equal(driven.connection.responseComplete, true);
});

test("an idle stream is cancelled with a reason when the client is lost", async () => {
  let reason: unknown;
  const handler = (): Response => new Response(new ReadableStream({ cancel: (why) => void (reason = why) }));
  const driven = drive(linted(handler));
  await driven.until(() => driven.start !== undefined);
  driven.leave("write_timeout");
  assert.equal(await driven.done, undefined);
  assert.match(String(reason), /ClosedError: the client has gone \(write_timeout\)/);
});

test("a cancel() that throws never escapes", async () => {
  const cancel = (): never => assert.fail("in cancel");
  const driven = drive(fromFetch(() => new Response(new ReadableStream({ cancel }))));
  await driven.until(() => driven.start !== undefined);
  driven.leave();
  assert.equal(await driven.done, undefined);
  await driven.until(() => driven.log.length === 1);
  assert.match(driven.log[0]!, /in cancel/);
});

test("HTTP-28: a stream that fails mid-body leaves the response incomplete", async () => {
  let count = 0;
  const pull = async (controller: ReadableStreamDefaultController): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    if (++count === 3) throw new Error("broken");
    controller.enqueue(new Uint8Array(1));
  };
  const driven = drive(fromFetch(() => new Response(new ReadableStream({ pull }))));
  assert.match(String(await driven.done), /broken/);
  assert.deepEqual([driven.start?.status, driven.connection.responseComplete], [200, false]);
});

test("HEAD never pulls a stream, and cancels it", async () => {
  const calls: string[] = [];
  const source = { pull: () => void calls.push("pull"), cancel: () => void calls.push("cancel") };
  const handler = (): Response => new Response(new ReadableStream(source, { highWaterMark: 0 }));
  const driven = await answerOf(handler, { method: "HEAD" });
  assert.deepEqual([driven.text, calls], ["", ["cancel"]]);
});

test("204 and 304 have no body", async () => {
  for (const status of [204, 304]) {
    const driven = await answerOf(() => new Response(null, { status }));
    assert.deepEqual([driven.start?.status, driven.pieces], [status, [""]]);
  }
});

test("custom status text is kept", async () => {
  const driven = await answerOf(() => new Response("", { status: 299, statusText: "Fine Enough" }));
  assert.deepEqual([driven.start?.status, driven.start?.statusText], [299, "Fine Enough"]);
});

test("a redirect is passed on, not followed", async () => {
  const driven = await answerOf(() => Response.redirect("http://other.test/x", 303));
  assert.deepEqual([driven.start?.status, driven.header("location")], [303, ["http://other.test/x"]]);
});

test("a string, bytes, a blob, a form and a stream of the response are sent whole", async () => {
  const bodies: [ConstructorParameters<typeof Response>[0], RegExp][] = [
    ["text", /^text$/],
    [new Uint8Array([116]), /^t$/],
    [new Blob(["blob"]), /^blob$/],
    [new URLSearchParams({ a: "b" }), /^a=b$/],
    [new Response("stream").body!, /^stream$/],
  ];
  for (const [body, expected] of bodies) {
    const driven = await answerOf(() => new Response(body, { headers: { "content-type": "a/b" } }));
    assert.match(driven.text, expected);
  }
});

test("a body at hand leaves as one event, so the server knows its length", async () => {
  for (const handler of [() => new Response("text"), async () => Response.json({ a: 1 })]) {
    const driven = await answerOf(handler);
    assert.equal(driven.events.length, 2);
  }
});

test("a Response that was already read is an error before the head", async () => {
  const driven = drive(
    fromFetch(async () => {
      const response = new Response("x");
      await response.text();
      return response;
    }),
  );
  assert.ok((await driven.done) instanceof Error);
  assert.deepEqual(driven.events, []);
});

test("a Hono app runs with its context, its body helpers and its mounts", async () => {
  const inner = new Hono().get("/hi/:name", (context) => context.text(`hi ${context.req.param("name")}`));
  const app = new Hono<{ Bindings: FetchContext }>()
    .post("/echo", async (context) => context.json(await context.req.json()))
    .get("/who", (context) => context.text(String(context.env.clientAddress)))
    .route("/in", inner);
  const carried = lint()(fromFetch(app));
  const headers = [
    ["host", "app.test"],
    ["content-type", "application/json"],
    ["content-length", "7"],
  ] as const;
  const echo = await exchange(carried, { method: "POST", path: "/echo", headers, pieces: ['{"a', '":1}'] });
  assert.equal(echo.text, '{"a":1}');
  assert.equal((await exchange(carried, { path: "/who" })).text, "192.0.2.7,4711");
  assert.equal((await exchange(carried, { path: "/in/hi/you" })).text, "hi you");
  assert.equal((await exchange(carried, { path: "/none" })).start?.status, 404);
});

test("the wrapped handler can be reached behind its mark", () => {
  const handler: FetchHandler = () => new Response("x");
  assert.deepEqual(directOf(fromFetch(handler)), { form: "fetch", app: handler, options: {} });
});

test("what is no handler, and unknown options, are refused when wrapped", () => {
  assert.throws(() => fromFetch({} as never), /UsageError: fromFetch/);
  assert.throws(() => fromFetch(() => new Response(""), { strip: true } as never), /unknown option "strip"/);
});
