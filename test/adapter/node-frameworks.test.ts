/** Express, Koa and Fastify as they are, hosted below a mount on a live server. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, type TestContext, test } from "node:test";
import { gunzipSync } from "node:zlib";
import compression from "compression";
import express from "express";
import fastify from "fastify";
import Koa from "koa";
import { fromNode } from "#src/adapter/node.js";
import { mount } from "#src/compose/mount.js";
import { createLiveClient } from "#src/testing/index.js";
import { hosted, type Hosted, until } from "../support/hosted.js";

const folder = mkdtempSync(join(tmpdir(), "tack-frameworks-"));
after(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "ten.txt"), "0123456789");

let closes = 0;

function expressApp(): express.Express {
  const app = express();
  // Express writes errors to the console in any other environment.
  app.set("env", "test");
  app.use("/squeezed", compression({ threshold: 0 }));
  app.use(express.json(), express.urlencoded({ extended: true }));
  app.use("/files", express.static(folder));
  app.post("/echo", (request, response) => void response.json(request.body));
  app.get("/where", ({ url, baseUrl, originalUrl, ip, protocol, hostname }, response) => {
    response.json({ url, baseUrl, originalUrl, ip, protocol, hostname });
  });
  app.get("/cookies", (_, response) => void response.cookie("a", "1").cookie("b", "2").send("set"));
  app.get("/redirect", (request, response) => response.redirect(`${request.baseUrl}/where`));
  app.get("/throw", () => {
    throw Object.assign(new Error("on purpose"), { status: 418 });
  });
  app.get("/reject", async () => Promise.reject(new Error("on purpose")));
  app.get("/stream", (_, response) => void Readable.from(["one ", "two ", "three"]).pipe(response));
  app.get("/squeezed/long", (_, response) => void response.type("text").send("long ".repeat(2000)));
  app.get("/events", (_, response) => {
    response.set({ "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
    response.flushHeaders();
    response.write("data: 1\n\n");
    response.on("close", () => closes++);
  });
  app.get("/empty", (_, response) => void response.sendStatus(204));
  return app;
}

/** The app below a mount on our server. */
function mounted(context: TestContext): Promise<Hosted> {
  return hosted(context, mount({ "/under/here": fromNode(expressApp()) }));
}

const below = (path: string): string => `/under/here${path}`;

test("Express sees its mount", async (context) => {
  const client = await mounted(context);
  const seen = JSON.parse((await client.request({ path: below("/where?x=1") })).text()) as unknown;
  assert.deepEqual(seen, {
    url: "/where?x=1",
    baseUrl: "/under/here",
    originalUrl: "/under/here/where?x=1",
    ip: "127.0.0.1",
    protocol: "http",
    hostname: "127.0.0.1",
  });
  const moved = await client.request({ path: below("/redirect") });
  assert.deepEqual([moved.status, moved.header("location")], [302, "/under/here/where"]);
});

test("Express parses JSON and forms, also chunked ones", async (context) => {
  const client = await mounted(context);
  const post = (type: string, body: string | AsyncIterable<string>) =>
    client.request({ method: "POST", path: below("/echo"), headers: [["content-type", type]], body });
  assert.equal((await post("application/json", '{"a":[1]}')).text(), '{"a":[1]}');
  assert.equal(
    (await post("application/x-www-form-urlencoded", "a=1&b[c]=2")).text(),
    '{"a":"1","b":{"c":"2"}}',
  );
  assert.equal((await post("application/json", Readable.from(['{"a"', ":1}"]))).text(), '{"a":1}');
  assert.equal((await post("application/json", "{")).status, 400);
});

test("Express answers errors with its own pages", async (context) => {
  const client = await mounted(context);
  for (const [path, status] of Object.entries({
    "/throw": 418,
    "/reject": 500,
    "/nowhere": 404,
  })) {
    assert.equal((await client.request({ path: below(path) })).status, status, path);
  }
});

test("Express streams while it writes", async (context) => {
  const client = await mounted(context);
  const exchange = client.open({ path: below("/events") });
  assert.equal((await exchange.head()).status, 200);
  assert.equal(Buffer.from((await exchange.read())!).toString(), "data: 1\n\n");
  const before = closes;
  exchange.disconnect();
  await until(() => closes === before + 1);
});

test("compression squeezes what Express sends, with one encoding and no length", async (context) => {
  const client = await mounted(context);
  const headers = [["accept-encoding", "gzip"]] as const;
  const response = await client.request({ path: below("/squeezed/long"), headers });
  assert.deepEqual(
    [response.header("content-encoding"), response.header("content-length")],
    ["gzip", undefined],
  );
  assert.equal(gunzipSync(response.body).toString(), "long ".repeat(2000));
});

/** Everything below is answered alike by a server of node:http, whatever that is. */
const alike: Record<string, { method?: string; path: string; headers?: (readonly [string, string])[] }> = {
  "a file": { path: "/files/ten.txt" },
  "a range of a file": { path: "/files/ten.txt", headers: [["range", "bytes=2-4"]] },
  "several ranges": { path: "/files/ten.txt", headers: [["range", "bytes=0-1,4-5"]] },
  "a range that does not exist": { path: "/files/ten.txt", headers: [["range", "bytes=20-"]] },
  "HEAD of a file": { method: "HEAD", path: "/files/ten.txt" },
  "a known file": {
    path: "/files/ten.txt",
    headers: [["if-modified-since", "Fri, 01 Jan 2100 00:00:00 GMT"]],
  },
  "a path out of the folder": { path: "/files/..%2f..%2fetc/passwd" },
  cookies: { path: "/cookies" },
  "a stream": { path: "/stream" },
  "HEAD of a stream": { method: "HEAD", path: "/stream" },
  "an empty response": { path: "/empty" },
  "a method not there": { method: "DELETE", path: "/where" },
  "OPTIONS by hand": { method: "OPTIONS", path: "/where" },
  "an error": { path: "/throw" },
};

/** What may differ: times, and what belongs to the connection. */
const OWN = new Set([
  "date",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "content-length",
  "last-modified",
]);

for (const [what, request] of Object.entries(alike)) {
  test(`Express gives ${what} as on node:http`, async (context) => {
    const server = createServer(expressApp()).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.on("listening", resolve));
    const plain = createLiveClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const ours = await hosted(context, fromNode(expressApp()));
    context.after(async () => {
      await plain.close();
      server.close();
    });
    const answers = [];
    for (const client of [plain, ours]) {
      const { status, headers, complete, ...response } = await client.request(request);
      const kept = headers.filter(([name]) => !OWN.has(name)).toSorted(([a], [b]) => (a < b ? -1 : 1));
      answers.push({ status, complete, kept, text: Buffer.from(response.body).toString().slice(0, 200) });
    }
    assert.deepEqual(answers[1], answers[0]);
  });
}

test("Koa: body, cookies, errors and a stream", async (context) => {
  const app = new Koa();
  app.silent = true;
  app.use(async (koa) => {
    if (koa.path === "/error") koa.throw(403, "no");
    if (koa.path === "/stream") return void (koa.body = Readable.from(["one ", "two"]));
    koa.cookies.set("a", "1");
    koa.cookies.set("b", "2");
    koa.body = { url: koa.url, ip: koa.ip };
  });
  const client = await hosted(context, mount({ "/koa": fromNode(app.callback()) }));
  const response = await client.request({ path: "/koa/a?b" });
  assert.deepEqual(JSON.parse(response.text()), { url: "/a?b", ip: "127.0.0.1" });
  assert.equal(response.headers.filter(([name]) => name === "set-cookie").length, 2);
  assert.equal((await client.request({ path: "/koa/error" })).status, 403);
  assert.equal((await client.request({ path: "/koa/stream" })).text(), "one two");
});

test("Fastify: routes, JSON, errors and a stream", async (context) => {
  const app = fastify();
  app.get("/where", async ({ url, ip, protocol }) => ({ url, ip, protocol }));
  app.post("/echo", async ({ body }) => body);
  app.get("/error", async () => Promise.reject(Object.assign(new Error("no"), { statusCode: 403 })));
  app.get("/stream", async (_, reply) => reply.send(Readable.from(["one ", "two"])));
  await app.ready();
  context.after(() => app.close());
  const client = await hosted(context, mount({ "/fastify": fromNode((...pair) => app.routing(...pair)) }));
  const where = await client.request({ path: "/fastify/where?x" });
  assert.deepEqual(JSON.parse(where.text()), { url: "/where?x", ip: "127.0.0.1", protocol: "http" });
  const headers = [["content-type", "application/json"]] as const;
  const echo = await client.request({ method: "POST", path: "/fastify/echo", headers, body: '{"a":1}' });
  assert.equal(echo.text(), '{"a":1}');
  assert.equal((await client.request({ path: "/fastify/error" })).status, 403);
  assert.equal((await client.request({ path: "/fastify/stream" })).text(), "one two");
});
