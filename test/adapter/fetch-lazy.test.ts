import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { fromFetch } from "#src/adapter/fetch.js";
import type { FetchHandler } from "#src/http/fetch-handler.js";
import { type Driven, type DrivenRequest, drive, exchange } from "../support/driven-exchange.js";

const post: DrivenRequest = {
  method: "POST",
  path: "/a/../b",
  headers: [
    ["host", "app.test"],
    ["content-length", "4"],
    ["x-a", "1"],
  ],
  pieces: ["ab", "cd"],
};

async function answerOf(handler: FetchHandler, request?: DrivenRequest): Promise<Driven> {
  return exchange(fromFetch(handler, { lazyRequest: true }), request);
}

/** Everything but the body that one can see of a request. */
function seen(request: Request): unknown {
  const names = Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))
    .filter(([, descriptor]) => descriptor.get !== undefined)
    .map(([name]) => name)
    .filter((name) => !["body", "headers", "signal"].includes(name));
  const members = names.map((name) => [name, Reflect.get(request, name)]);
  return [members, [...request.headers], String(request), request.body === null];
}

test("a lazy request shows what a genuine one shows", async () => {
  for (const request of [post, { path: "/x", queryString: "a=b c" }]) {
    const views: unknown[] = [];
    const handler: FetchHandler = (given) => (views.push(seen(given)), new Response("x"));
    await exchange(fromFetch(handler), request);
    await answerOf(handler, request);
    assert.deepEqual(views[1], views[0]);
  }
});

test("a lazy request is an instance of Request, reads its body, clones, and serves as init", async () => {
  const driven = await answerOf(async (request) => {
    assert.ok(request instanceof Request);
    assert.equal(request.url, "http://app.test/b");
    request.headers.set("x-a", "2");
    const copy = request.clone();
    const other = new Request("http://other.test/", request);
    assert.equal(copy.headers.get("x-a"), "2");
    return new Response(
      `${await copy.text()} ${await other.text()} ${other.method} ${other.headers.get("x-a")}`,
    );
  }, post);
  assert.equal(driven.text, "abcd abcd POST 2");
});

test("a lazy request given to new Request works or throws; it is never taken for something else", async () => {
  const driven = await answerOf(async (request) => {
    try {
      const made = new Request(request);
      return new Response(`${made.method} ${made.url} ${made.headers.get("x-a")} ${await made.text()}`);
    } catch (error) {
      assert.ok(error instanceof TypeError);
      return new Response(`refused ${await request.text()}`);
    }
  }, post);
  assert.match(driven.text, /^(refused abcd|POST http:\/\/app\.test\/b 1 abcd)$/);
});

test("the signal of a lazy request aborts when the client is lost", async () => {
  let signal: AbortSignal | undefined;
  const handler: FetchHandler = (request) => (
    (signal = request.signal),
    new Promise<Response>(() => undefined)
  );
  const driven = drive(fromFetch(handler, { lazyRequest: true }));
  await driven.until(() => signal !== undefined);
  driven.leave();
  assert.equal(signal?.aborted, true);
});

test("a Hono app runs on lazy requests", async () => {
  const app = new Hono().post("/b", async (context) => {
    return context.text(`${context.req.header("x-a")} ${await context.req.text()} ${context.req.path}`);
  });
  const driven = await exchange(fromFetch(app, { lazyRequest: true }), post);
  assert.equal(driven.text, "1 abcd /b");
});
