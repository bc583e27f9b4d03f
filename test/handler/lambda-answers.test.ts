/** What an app's response becomes for each gateway. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { lambda, type LambdaAnswer } from "#src/handler/lambda.js";
import type { App } from "#src/pagi/app.js";
import type { HttpResponseStart } from "#src/pagi/event.js";

type Json = Record<string, unknown>;
type Start = Omit<HttpResponseStart, "type">;

function recorded(name: string): Json {
  return JSON.parse(readFileSync(`test/handler/lambda/events/${name}.json`, "utf8")) as Json;
}

function answering(start: Start, body: Uint8Array | string = ""): App {
  return async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    await send({ type: "http.response.start", ...start });
    await send({ type: "http.response.body", body });
  };
}

function answerTo(name: string, start: Start, body?: Uint8Array | string): Promise<LambdaAnswer> {
  return lambda(answering(start, body))(recorded(name));
}

const COOKIES: Start = {
  status: 200,
  headers: [
    ["content-type", "text/plain"],
    ["set-cookie", "a=1, x"],
    ["x-list", "one"],
    ["set-cookie", "b=2"],
    ["x-list", "two"],
    ["set-cookie", "c=3"],
  ],
};

test("payload 2.0: cookies are a list of their own, other fields are joined", async () => {
  const { headers, cookies, multiValueHeaders } = await answerTo("http-api-2", COOKIES, "hi");
  assert.deepEqual(cookies, ["a=1, x", "b=2", "c=3"]);
  assert.deepEqual(headers, { "content-type": "text/plain", "x-list": "one, two" });
  assert.equal(multiValueHeaders, undefined);
});

for (const name of ["rest-api", "alb-multi"]) {
  test(`${name}: every field is a list`, async () => {
    const { multiValueHeaders, headers, cookies } = await answerTo(name, COOKIES, "hi");
    assert.deepEqual(
      { ...multiValueHeaders },
      {
        "content-type": ["text/plain"],
        "set-cookie": ["a=1, x", "b=2", "c=3"],
        "x-list": ["one", "two"],
      },
    );
    assert.deepEqual([headers, cookies], [undefined, undefined]);
  });
}

test("a load balancer without lists: no cookie is lost, each has a spelling of its own", async () => {
  const many = Array.from({ length: 9 }, (_, index) => ["set-cookie", `c${index}=1`] as const);
  const { headers = {} } = await answerTo("alb", { status: 200, headers: many }, "hi");
  const cookies = Object.entries(headers).filter(([key]) => key.toLowerCase() === "set-cookie");
  assert.deepEqual(
    cookies.map(([, value]) => value),
    many.map(([, value]) => value),
  );
});

test("a load balancer is told the reason phrase", async () => {
  assert.equal((await answerTo("alb", { status: 404 })).statusDescription, "404 Not Found");
  const own = await answerTo("alb-multi", { status: 404, statusText: "Gone Fishing" });
  assert.equal(own.statusDescription, "404 Gone Fishing");
  assert.equal((await answerTo("http-api-2", { status: 404 })).statusDescription, undefined);
});

const bytes = Uint8Array.of(0xff, 0x00, 0x80);
const text = "grüße \u2713";
for (const [title, headers, body, expected] of [
  ["text", [["content-type", "text/html; charset=utf-8"]], text, text],
  ["JSON", [["content-type", "application/json"]], '{"a":1}', '{"a":1}'],
  ["JSON of a kind", [["content-type", "application/problem+json"]], "{}", "{}"],
  ["a picture made of text", [["content-type", "image/svg+xml"]], "<svg/>", "<svg/>"],
  ["a text with a byte order mark", [["content-type", "text/csv"]], "\ufeffa", "\ufeffa"],
  ["bytes", [["content-type", "image/png"]], bytes, undefined],
  ["text in another charset", [["content-type", "text/plain; charset=latin1"]], bytes, undefined],
  [
    "text that is encoded",
    [
      ["content-type", "text/plain"],
      ["content-encoding", "gzip"],
    ],
    "x",
    undefined,
  ],
  ["text of no type", [], "x", undefined],
] as const) {
  test(`${title} is answered ${expected === undefined ? "in base64" : "as text"}`, async () => {
    const answer = await answerTo("function-url", { status: 200, headers }, body);
    assert.equal(answer.isBase64Encoded, expected === undefined);
    const sent = answer.isBase64Encoded ? Buffer.from(answer.body, "base64") : Buffer.from(answer.body);
    assert.deepEqual(sent, Buffer.from(body));
    if (expected !== undefined) assert.equal(answer.body, expected);
  });
}

test("an empty body is an empty text, and fields of the connection stay behind", async () => {
  const headers = [
    ["connection", "close"],
    ["location", "/x"],
  ] as const;
  const answer = await answerTo("function-url", { status: 302, headers });
  assert.deepEqual([answer.body, answer.isBase64Encoded], ["", false]);
  assert.deepEqual(answer.headers, { location: "/x" });
});

test("HEAD: no body, and the length that it would have", async () => {
  const event = recorded("alb");
  const answer = await lambda(answering({ status: 200 }, "hello"))({ ...event, httpMethod: "HEAD" });
  assert.deepEqual([answer.body, answer.headers], ["", { "content-length": "5" }]);
});
