/** A quick response is sent as a genuine one is, and shows the same to whoever looks into it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Hono } from "hono";
import { fromFetch, toFetch } from "#src/adapter/fetch.js";
import { QuickResponse } from "tack/http/quick-response";
import { type Hosted, hosted } from "../support/hosted.js";

type Given = ConstructorParameters<typeof Response>;

const BYTES = new TextEncoder().encode("b\u00ffytes");
const GOOD: Readonly<Record<string, () => Given>> = {
  "a text": () => ["text \u20ac"],
  "an empty text": () => [""],
  "a text with headers": () => ["text", { headers: { "Content-Type": "text/html", "X-A": " spaced\t" } }],
  "a text with headers but no type": () => ["text", { headers: { "x-a": "1" } }],
  "a status": () => ["gone", { status: 410 }],
  "a status text": () => ["fine", { statusText: "Quite Fine" }],
  "an empty status text": () => ["fine", { statusText: "" }],
  "pairs with cookies": () => ["", { headers: [["set-cookie", "a=1"], ["Set-Cookie", "b=2"]] }],
  "a Headers object": () => ["text", { headers: new Headers({ "x-b": "2" }) }],
  "a number as value": () => ["text", { headers: { "content-length": 4 } as never }],
  "bytes": () => [BYTES],
  "a view": () => [BYTES.subarray(1, 3)],
  "an ArrayBuffer": () => [BYTES.slice().buffer],
  "a DataView": () => [new DataView(BYTES.slice().buffer)],
  "a stream": () => [new Blob(["streamed"]).stream()],
  "a form": () => [new URLSearchParams({ a: "1 2" })],
  "a blob": () => [new Blob(["blob"], { type: "text/x-blob" })],
  "nothing": () => [],
  "null": () => [null, { headers: { "x-a": "1" } }],
  "204": () => [null, { status: 204 }],
  "304": () => [undefined, { status: 304, headers: { etag: '"a"' } }],
}; // prettier-ignore

const BAD: Readonly<Record<string, () => Given>> = {
  "a 204 with a body": () => ["x", { status: 204 }],
  "a status below 200": () => ["x", { status: 101 }],
  "a status that is none": () => ["x", { status: 999 }],
  "half a status": () => ["x", { status: "two hundred" as never }],
  "a forbidden status text": () => ["x", { statusText: "a\nb" }],
};

async function answers(client: Hosted, method: string): Promise<unknown> {
  const { status, headers, statusText, body } = await client.request({ method, path: "/" });
  const kept = headers.filter(([name]) => !["date", "content-length", "transfer-encoding"].includes(name));
  return { status, statusText, body: Buffer.from(body).toString("latin1"), headers: kept.sort() };
}

for (const [name, given] of Object.entries(GOOD)) {
  test(`${name}: the same answer as from a genuine response, to GET and HEAD`, async (context) => {
    const genuine = await hosted(
      context,
      fromFetch(() => new Response(...given())),
    );
    const quick = await hosted(
      context,
      fromFetch(() => new QuickResponse(...given())),
    );
    for (const method of ["GET", "HEAD"]) {
      assert.deepEqual(await answers(quick, method), await answers(genuine, method));
    }
  });

  test(`${name}: shows the same, and is sent as it is then`, async (context) => {
    const quick = new QuickResponse(...given());
    const genuine = new Response(...given());
    assert.ok(quick instanceof Response);
    for (const member of ["status", "ok", "statusText", "type", "url", "redirected", "bodyUsed"] as const) {
      assert.equal(quick[member], genuine[member], member);
    }
    assert.deepEqual([...quick.headers], [...genuine.headers]);
    assert.deepEqual(await quick.clone().arrayBuffer(), await genuine.clone().arrayBuffer());
    quick.headers.set("x-late", "yes");
    genuine.headers.set("x-late", "yes");
    const one = await hosted(
      context,
      fromFetch(() => quick),
    );
    const other = await hosted(
      context,
      fromFetch(() => genuine),
    );
    assert.deepEqual(await answers(one, "GET"), await answers(other, "GET"));
  });
}

for (const [name, given] of Object.entries(BAD)) {
  test(`${name}: refused by the constructor, as Response does`, () => {
    const thrown = (make: () => unknown): string => {
      try {
        make();
      } catch (error) {
        return (error as Error).name;
      }
      return "nothing";
    };
    const theirs = thrown(() => new Response(...given()));
    assert.notEqual(theirs, "nothing");
    assert.equal(
      thrown(() => new QuickResponse(...given())),
      theirs,
    );
  });
}

test("json, redirect and error are there; a body that was read is a 500", async (context) => {
  const json = QuickResponse.json({ a: 1 }, { status: 201, headers: { "x-a": "1" } });
  assert.equal(json.status, 201);
  assert.equal(json.headers.get("content-type"), "application/json");
  assert.deepEqual(await json.json(), { a: 1 });
  const client = await hosted(
    context,
    fromFetch(() => json),
  );
  assert.equal((await client.request({})).status, 500);
  assert.equal(QuickResponse.redirect("http://a.test/", 303).status, 303);
  assert.equal(QuickResponse.error().type, "error");
});

test("a header that HTTP forbids fails the request", async (context) => {
  const client = await hosted(
    context,
    fromFetch(() => new QuickResponse("x", { headers: { "x-a": "a\r\nb: c" } })),
  );
  const response = await client.request({});
  assert.equal(response.status, 500);
  assert.match(client.log.join(), /x-a/);
});

test("in the place of the global class it serves Hono, and all else that makes responses", async (context) => {
  const genuine = globalThis.Response;
  globalThis.Response = QuickResponse;
  context.after(() => (globalThis.Response = genuine));
  const pages = new Hono()
    .get("/text", (hono) => hono.text("text"))
    .get("/json", (hono) => hono.json({ a: 1 }, 201))
    .get("/cookies", (hono) => {
      hono.header("set-cookie", "a=1", { append: true });
      hono.header("set-cookie", "b=2", { append: true });
      return hono.body(new Blob(["streamed"]).stream());
    });
  const client = await hosted(context, fromFetch(pages, { lazyRequest: true }));
  assert.equal((await client.request({ path: "/text" })).text(), "text");
  const json = await client.request({ path: "/json" });
  assert.deepEqual([json.status, json.text()], [201, '{"a":1}']);
  const cookies = await client.request({ path: "/cookies" });
  assert.equal(cookies.text(), "streamed");
  assert.equal(cookies.headers.filter(([name]) => name === "set-cookie").length, 2);
  assert.equal((await client.request({ path: "/none" })).status, 404);
  const lowered = await toFetch(fromFetch(pages)).fetch(new Request("http://a.test/text"));
  assert.equal(await lowered.text(), "text");
  assert.ok(lowered instanceof genuine);
});
