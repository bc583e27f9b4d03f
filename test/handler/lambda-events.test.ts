/** What the recorded events of each gateway become, and what an app's answers become for them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { lambda, type LambdaOptions } from "#src/handler/lambda.js";
import type { App } from "#src/pagi/app.js";
import type { HttpScope } from "#src/pagi/scope.js";

type Json = Record<string, unknown>;

function recorded(name: string): Json {
  return JSON.parse(readFileSync(`test/handler/lambda/events/${name}.json`, "utf8")) as Json;
}

interface Seen {
  readonly scope: HttpScope;
  readonly body: Buffer;
}

/** The scope that an app gets for an event, and the whole request body. */
async function seenFor(event: Json, options: LambdaOptions = {}): Promise<Seen> {
  let seen: Seen | undefined;
  const app: App = async (scope, receive, send) => {
    if (scope.type !== "http") return;
    const pieces: Uint8Array[] = [];
    for (let more = true; more;) {
      const got = await receive();
      if (got.type !== "http.request") return;
      pieces.push(got.body);
      more = got.more;
    }
    seen = { scope, body: Buffer.concat(pieces) };
    await send({ type: "http.response.start", status: 204 });
    await send({ type: "http.response.body" });
  };
  await lambda(app, options)(event);
  return seen!;
}

function placeOf({ rootPath, path, rawPath, queryString }: HttpScope): readonly string[] {
  return [rootPath, path, rawPath, queryString];
}

function valuesOf(scope: HttpScope, name: string): string[] {
  return scope.headers.filter((pair) => pair[0] === name).map(([, value]) => value);
}

test("REST API: escapes are kept, the stage is the root path, the query is encoded anew, lists stay lists", async () => {
  const { scope, body } = await seenFor(recorded("rest-api"));
  assert.deepEqual(placeOf(scope), [
    "/prod",
    "/café/a/b",
    "/prod/caf%C3%A9/a%2Fb",
    "tag=a&tag=b%26c&q=%C3%A9%20%2B",
  ]);
  assert.deepEqual(valuesOf(scope, "x-list"), ["one", "two"]);
  assert.deepEqual(valuesOf(scope, "cookie"), ["a=1; b=2"]);
  assert.deepEqual(valuesOf(scope, "content-length"), ["7"]);
  assert.equal(body.toString(), "grüße");
  assert.deepEqual([scope.method, scope.httpVersion], ["POST", "1.1"]);
});

test("REST API: client and scheme are the gateway's word, not that of fields", async () => {
  const { scope } = await seenFor(recorded("rest-api"));
  assert.deepEqual(scope.client, ["198.51.100.7", 0]);
  assert.equal(scope.scheme, "https");
  assert.deepEqual(scope.server, ["abcdef1234.execute-api.eu-central-1.amazonaws.com", 443]);
});

test("a custom domain: its base path mapping becomes the root path when it is told, and only there", async () => {
  const event = recorded("rest-api-domain");
  const mapped = ["/shop", "/orders/7", "/shop/orders/7", ""];
  assert.deepEqual(placeOf((await seenFor(event)).scope), ["", "/shop/orders/7", "/shop/orders/7", ""]);
  assert.deepEqual(placeOf((await seenFor(event, { basePath: "/shop" })).scope), mapped);
  const other = await seenFor(event, { basePath: "/sho" });
  assert.equal(other.scope.rootPath, "");
  const requestContext = { ...(event["requestContext"] as Json), customDomain: { basePathMatched: "shop" } };
  assert.deepEqual(placeOf((await seenFor({ ...event, requestContext })).scope), mapped);
});

test("a prefix that was cut in front of the gateway goes before everything (PATH-11)", async () => {
  const { scope } = await seenFor(recorded("function-url"), { rootPath: "/site" });
  assert.deepEqual(placeOf(scope).slice(0, 3), ["/site", "/café/a/b", "/site/caf%C3%A9/a%2Fb"]);
});

test("HTTP API with payload 1.0: a decoded path is not decoded again, and the stage is the root path", async () => {
  const { scope, body } = await seenFor(recorded("http-api-1"));
  assert.deepEqual(placeOf(scope), ["/dev", "/100%/a b", "/dev/100%25/a%20b", "a=1"]);
  assert.equal(body.byteLength, 0);
  assert.deepEqual(valuesOf(scope, "content-length"), []);
});

test("HTTP API with payload 2.0: a decoded path stays a path, the query is as it was sent", async () => {
  const { scope, body } = await seenFor(recorded("http-api-2"));
  assert.deepEqual(placeOf(scope), [
    "/prod",
    "/what?/a%2Fb é",
    "/prod/what%3F/a%252Fb%20%C3%A9",
    "tag=a&tag=b%26c&q=%C3%A9%20%2B&flag",
  ]);
  assert.deepEqual(valuesOf(scope, "cookie"), ["a=1; b=2"]);
  assert.deepEqual(valuesOf(scope, "x_sneaky"), []);
  assert.deepEqual([...body], [0xff, 0, 0x80, 0xfe]);
  assert.deepEqual([scope.client, scope.scheme], [["198.51.100.7", 0], "https"]);
});

test("a stage has no place in the paths of a custom domain", async () => {
  const event = recorded("http-api-2");
  const requestContext = { ...(event["requestContext"] as Json), domainName: "api.example.com" };
  const { scope } = await seenFor({ ...event, rawPath: "/prod/x", requestContext });
  assert.deepEqual(placeOf(scope).slice(0, 3), ["", "/prod/x", "/prod/x"]);
});

test("function URL: escapes are kept", async () => {
  const { scope } = await seenFor(recorded("function-url"));
  assert.deepEqual(placeOf(scope), ["", "/café/a/b", "/caf%C3%A9/a%2Fb", "tag=a&tag=b"]);
});

test("load balancer: path and query as they were sent, the last forwarded address is its own", async () => {
  const { scope, body } = await seenFor(recorded("alb"));
  assert.deepEqual(placeOf(scope), ["", "/café/a/b", "/caf%C3%A9/a%2Fb", "q=a%26b+c&empty="]);
  assert.deepEqual([scope.client, scope.scheme], [["198.51.100.7", 0], "https"]);
  assert.equal(body.toString(), "hello");
});

test("load balancer with lists: repeated fields and parameters stay, a client's port too", async () => {
  const { scope } = await seenFor(recorded("alb-multi"));
  assert.equal(scope.queryString, "tag=a&tag=b%20c");
  assert.deepEqual([scope.client, scope.scheme], [["2001:db8::7", 40_123], "http"]);
  assert.deepEqual(valuesOf(scope, "x-list"), ["one", "two"]);
});

test("event, requestContext and context are at hand for the app", async () => {
  const event = recorded("http-api-2");
  const { scope } = await seenFor(event);
  assert.equal(scope.extensions.lambda?.event, event);
  assert.equal(scope.extensions.lambda?.requestContext, event["requestContext"]);
});

for (const [name, words] of [
  [
    "queue",
    /an event with the keys Records; supported are events of API Gateway .*REST.*function URLs.*Load/,
  ],
  ["websocket-api", /an event of a WebSocket API; supported/],
] as const) {
  test(`an event of another kind is refused with words: ${name}`, async () => {
    await assert.rejects(seenFor(recorded(name)), words);
  });
}

test("what is no event is refused too", async () => {
  for (const event of [null, "text", {}])
    await assert.rejects(seenFor(event as never), /lambda: not an HTTP/);
});
