import assert from "node:assert/strict";
import { test } from "node:test";
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

test("duplicate request headers are joined, cookies with a semicolon", async () => {
  const headers = [
    ["host", "app.test"],
    ["x-a", "1"],
    ["cookie", "a=1"],
    ["x-a", "2"],
    ["cookie", "b=2"],
  ] as const;
  const driven = await exchange(
    fromFetch(({ headers }) => new Response(`${headers.get("x-a")} / ${headers.get("cookie")}`)),
    { headers },
  );
  assert.equal(driven.text, "1, 2 / a=1; b=2");
});

test("a request body is not received before the handler reads it", async () => {
  const driven = await answerOf(() => new Response("ok"), post);
  assert.equal(driven.receives, 0);
});

test("a request body that is cut short rejects the reader", async () => {
  const driven = drive(
    fromFetch(async (request) => new Response(await request.text())),
    { ...post, endless: true },
  );
  await driven.until(() => driven.receives === 3);
  driven.leave();
  assert.match(String(await driven.done), /cut short \(client_closed\)/);
});

test("a Latin-1 header value is kept both ways", async () => {
  const headers = [
    ["host", "app.test"],
    ["x-name", "caf\xe9"],
  ] as const;
  const driven = await answerOf(
    ({ headers }) => new Response("", { headers: { "x-back": headers.get("x-name")! } }),
    { headers },
  );
  assert.deepEqual(driven.header("x-back"), ["caf\xe9"]);
});

async function urlOf(request: DrivenRequest, options = {}): Promise<string> {
  const app = fromFetch((request) => new Response(request.url), options);
  return (await exchange(app, request)).text;
}

test("a malformed or missing Host is replaced by the server's address", async () => {
  for (const host of ["a b", "x@y", "a/b", "999.999.999.999", "h:99999"]) {
    assert.equal(await urlOf({ headers: [["host", host]] }), "http://127.0.0.1:5000/", host);
  }
  assert.equal(await urlOf({ headers: [], server: ["::1", 80] }), "http://[::1]/");
  assert.equal(await urlOf({ headers: [], server: ["/run/x.sock", null] }), "http://localhost/");
});

test("the url has the path and query as they were sent, as far as URL keeps them", async () => {
  const url = await urlOf({ rawPath: "//a%2Fb//c%20d", path: "//a/b//c d", queryString: "x=%20+y" });
  assert.equal(url, "http://app.test//a%2Fb//c%20d?x=%20+y");
  assert.equal(await urlOf({ rawPath: "/a/../b" }), "http://app.test/b");
});

test("OPTIONS * arrives as /*", async () => {
  assert.equal(await urlOf({ method: "OPTIONS", rawPath: "*", path: "*" }), "http://app.test/*");
});

test("methods that a Request cannot have are answered with 501", async () => {
  const driven = await answerOf(() => assert.fail("called"), { method: "TRACE" });
  assert.equal(driven.start?.status, 501);
});

test("the prefix of a mount is in the url, or left out when asked for", async () => {
  const request = { rootPath: "/m x", path: "/b", rawPath: "/m%20x/b" };
  assert.equal(await urlOf(request), "http://app.test/m%20x/b");
  assert.equal(await urlOf(request, { stripRootPath: true }), "http://app.test/b");
  const plain = { rootPath: "/m", path: "/b c", rawPath: "/m/b%20c" };
  assert.equal(await urlOf(plain, { stripRootPath: true }), "http://app.test/b%20c");
});

test("the context tells what a Request cannot", async () => {
  let context: FetchContext | undefined;
  const driven = await exchange(
    fromFetch(async (_, given, execution) => {
      context = given;
      assert.equal(execution, given);
      await given.informational(103, [["link", "</a>"]]);
      return new Response("x");
    }),
    { rootPath: "/m", extensions: { earlyHints: {} } },
  );
  assert.deepEqual([context?.clientAddress, context?.rootPath], [["192.0.2.7", 4711], "/m"]);
  assert.equal(context?.scope, driven.scope);
  assert.equal(driven.events[0]?.type, "http.response.informational");
});

test("waitUntil holds the app's end back, and its failure is logged", async () => {
  let finish: (() => void) | undefined;
  const driven = drive(
    fromFetch((_, context) => {
      context.waitUntil(new Promise<void>((resolve) => (finish = resolve)));
      context.waitUntil(Promise.reject(new Error("later")));
      return new Response("x");
    }),
  );
  let isDone = false;
  void driven.done.then(() => (isDone = true));
  await driven.until(() => driven.connection.responseComplete && driven.log.length === 1);
  assert.equal(isDone, false);
  finish!();
  assert.equal(await driven.done, undefined);
  assert.match(driven.log[0]!, /later/);
});

test("the request is a genuine Request, and globals are left alone", async () => {
  const before = [globalThis.Request, globalThis.Response, globalThis.Headers];
  const driven = await answerOf(async (request) => {
    assert.ok(request instanceof Request);
    const changed = new Request(request, { headers: { "x-new": "1" } });
    assert.deepEqual([changed.method, changed.url, changed.headers.get("x-new")], ["POST", request.url, "1"]);
    return new Response(await changed.text());
  }, post);
  assert.equal(driven.text, "abcd");
  assert.deepEqual([globalThis.Request, globalThis.Response, globalThis.Headers], before);
});
