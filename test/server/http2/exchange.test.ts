import assert from "node:assert/strict";
import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { App, HttpScope } from "tack";
import { lint } from "tack/middleware/lint";
import { connected, httpApp, okApp, started } from "../server-tools.js";
import { answerOf, ask, session } from "./http2-tools.js";

function seeing(see: (scope: HttpScope) => void): App {
  return lint()(
    httpApp(async (scope, receive, send) => {
      if (scope.type === "http") see(scope);
      await okApp(scope, receive, send);
    }),
  );
}

/** Answers with the body it got and the trailers after it. */
const echo: App = httpApp(async (_scope, receive, send) => {
  let text = "";
  for (let more = true; more;) {
    const event = await receive();
    if (event.type !== "http.request") return;
    text += Buffer.from(event.body).toString();
    for (const [name, value] of event.trailers ?? []) text += ` ${name}=${value}`;
    more = event.more;
  }
  await send({ type: "http.response.start", status: 200 });
  await send({ type: "http.response.body", body: text });
});

test("HEAD-7, HEAD-8, SCOPE-4: the scope of an HTTP/2 request", async () => {
  const scopes: HttpScope[] = [];
  const running = await started(seeing((scope) => scopes.push(scope)));
  const client = await session(running);
  const answer = await ask(client, {
    ":path": "/caf%C3%A9/%zz?a=%20b",
    ":authority": "example.test:81",
    host: "other.test",
    cookie: ["a=1", "b=2"],
    "x-twice": ["1", "2"],
    x_under: "dropped",
  });
  assert.equal(answer.status, 200);
  const scope = scopes[0]!;
  assert.equal(scope.httpVersion, "2");
  assert.equal(scope.scheme, "http");
  assert.deepEqual([scope.method, scope.path], ["GET", "/caf\u00e9/%zz"]);
  assert.deepEqual([scope.rawPath, scope.queryString], ["/caf%C3%A9/%zz", "a=%20b"]);
  assert.deepEqual(scope.headers, [
    ["host", "example.test:81"],
    ["cookie", "a=1; b=2"],
    ["x-twice", "1"],
    ["x-twice", "2"],
  ]);
  assert.equal(scope.client?.[0], "127.0.0.1");
  assert.equal(scope.extensions.io, undefined);
});

test("EXT-PRIO-1: the priority of a request, and the defaults", async () => {
  const seen: unknown[] = [];
  const running = await started(seeing(({ extensions }) => seen.push(extensions.priority)));
  const client = await session(running);
  await ask(client, { ":path": "/" });
  await ask(client, { ":path": "/", priority: "u=1, i" });
  await ask(client, { ":path": "/", priority: "u=9, i=?0, x=1" });
  const usual = { urgency: 3, incremental: false };
  assert.deepEqual(seen, [usual, { urgency: 1, incremental: true }, usual]);
});

test("a body and its trailers come in, several requests at once", async () => {
  const running = await started(echo);
  const client = await session(running);
  const texts = Array.from({ length: 20 }, (_, index) => `${index}`.repeat(10_000));
  const answers = await Promise.all(texts.map((text) => ask(client, { ":method": "POST" }, text)));
  assert.deepEqual(
    answers.map(({ text }) => text),
    texts,
  );
  const stream = client.request({ ":method": "POST" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "x-sum": "1", "content-type": "dropped" }));
  stream.end("body");
  assert.equal((await answerOf(stream)).text, "body x-sum=1");
});

test("a body of no bytes is over before its stream is", async () => {
  const client = await session(await started(echo, { lingerMs: 20 }));
  const stream = client.request({ ":method": "POST", "content-length": "0" }, { endStream: false });
  const { status, text } = await answerOf(stream);
  assert.deepEqual([status, text], [200, ""]);
});

test("HTTP-18: trailers follow a body, with a length or without", async () => {
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    const headers = scope.path === "/length" ? ([["content-length", "4"]] as const) : [];
    await send({ type: "http.response.start", status: 200, headers, trailers: true });
    await send({ type: "http.response.body", body: "body" });
    await send({ type: "http.response.trailers", headers: [["x-sum", "42"]] });
  });
  const client = await session(await started(app));
  for (const path of ["/", "/length"]) {
    const { text, trailers, code } = await ask(client, { ":path": path });
    assert.deepEqual([text, trailers["x-sum"], code], ["body", "42", 0]);
  }
});

test("HEAD-6: a name that comes twice leaves in trailers, in hints and in a head", async () => {
  const twice = [
    ["etag", "a"],
    ["etag", "b"],
  ] as const;
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.informational", status: 103, headers: twice });
    await send({ type: "http.response.start", status: 200, headers: twice, trailers: true });
    await send({ type: "http.response.body", body: "body" });
    await send({ type: "http.response.trailers", headers: twice });
  });
  const client = await session(await started(app));
  const { headers, text, trailers, interim, code } = await ask(client, { ":path": "/" });
  assert.deepEqual([text, interim, code], ["body", [103], 0]);
  // Before Node 24 a client of node keeps the first of two.
  for (const fields of [headers, trailers]) assert.match(String(fields["etag"]), /^a(?:, b)?$/);
});

test("HEAD-10: connection-level fields of an app stay behind, repeated ones go out", async () => {
  const headers = [
    ["connection", "close"],
    ["transfer-encoding", "chunked"],
    ["keep-alive", "1"],
    ["upgrade", "h2c"],
    ["te", "gzip"],
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
    ["etag", " \t1 "],
    ["content-type", "text/plain"],
    ["content-type", "text/html"],
    ["x-bytes", "\xff"],
  ] as const;
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200, headers });
    await send({ type: "http.response.body", body: "ok" });
  });
  const client = await session(await started(app));
  const { headers: got, text } = await ask(client, { ":path": "/" });
  assert.equal(text, "ok");
  for (const name of ["connection", "transfer-encoding", "keep-alive", "upgrade", "te"]) {
    assert.equal(got[name], undefined, name);
  }
  assert.deepEqual(got["set-cookie"], ["a=1", "b=2"]);
  assert.equal(got["etag"], "1");
  assert.equal(got["x-bytes"], "\xff");
  assert.match(String(got["content-type"]), /^text\/plain/);
  assert.equal(got["content-length"], "2");
  assert.ok(got["date"]);
});

test("a status that node does not send over HTTP/2 leaves as 500", async () => {
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 799 });
    await send({ type: "http.response.body", body: "odd" });
  });
  const client = await session(await started(app));
  const { status, text } = await ask(client, { ":path": "/" });
  assert.deepEqual([status, text], [500, "odd"]);
});

test("interim responses: hints of the app, and 100 when it asks for the body", async () => {
  const app = httpApp(async (scope, receive, send) => {
    await send({ type: "http.response.informational", status: 103, headers: [["link", "</a.css>"]] });
    await echo(scope, receive, send);
  });
  const client = await session(await started(app));
  const stream = client.request({ ":method": "POST", expect: "100-continue" });
  stream.on("continue", () => stream.end("late"));
  const { interim, text } = await answerOf(stream);
  assert.deepEqual([interim, text], [[103, 100], "late"]);
});

test("HEAD, 204 and 304 have no body, and HEAD keeps the length", async () => {
  const app = httpApp(async (scope, _receive, send) => {
    if (scope.type !== "http") return;
    const status = Number(scope.path.slice(1));
    await send({ type: "http.response.start", status });
    await send({ type: "http.response.body", body: status === 200 ? "hello" : "" });
  });
  const client = await session(await started(app));
  const head = await ask(client, { ":method": "HEAD", ":path": "/200" });
  assert.deepEqual([head.status, head.headers["content-length"], head.text], [200, "5", ""]);
  for (const status of [204, 304]) {
    const { headers, code } = await ask(client, { ":path": `/${status}` });
    assert.deepEqual([headers[":status"], headers["content-length"], code], [status, undefined, 0]);
  }
});

test("HTTP-12: a file is a body", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tack-http2-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "large");
  writeFileSync(file, Buffer.alloc(1_000_000, "a"));
  const app = httpApp(async (_scope, _receive, send) => {
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", file });
  });
  const client = await session(await started(app));
  const { headers, text } = await ask(client, { ":path": "/" });
  assert.deepEqual([headers["content-length"], text.length], ["1000000", 1_000_000]);
});

test("HTTP/1 and HTTP/2 come to the same port, whatever pieces the preface comes in", async () => {
  const running = await started(okApp);
  assert.equal(await (await fetch(running.url)).text(), "ok");
  const connection = await connected(running);
  const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  for (const char of preface) await connection.write(char);
  await connection.write("\0\0\0\x04\0\0\0\0\0");
  // The server's own SETTINGS: type 4 on stream 0.
  const first = await connection.source.some();
  assert.deepEqual([...first!.subarray(3, 5)], [4, 0]);
});

test("without HTTP/2 its preface is a request of an unknown version", async () => {
  const running = await started(okApp, { http2: false });
  const connection = await connected(running);
  await connection.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  assert.match((await connection.source.rest()).toString("latin1"), /^HTTP\/1\.1 505 /);
});
