/** Apps of other forms do not notice that a client asks for an event stream, on a running server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import Koa from "koa";
import { fromFetch, toFetch } from "#src/adapter/fetch.js";
import { fromNode, toNode } from "#src/adapter/node.js";
import { fromPsgi } from "#src/adapter/psgi.js";
import { fromWintertc } from "#src/adapter/wintertc.js";
import { fromConnect } from "#src/adapter/connect.js";
import type { App } from "#src/pagi/app.js";
import { serve } from "#src/server/server.js";
import { createLiveClient, type LiveClient } from "#src/testing/live-client.js";

async function served(app: App, work: (client: LiveClient) => Promise<void>): Promise<void> {
  const running = await serve(app, { drainWindowMs: 0 });
  const client = createLiveClient(running.url);
  try {
    await work(client);
  } finally {
    await client.close();
    await running.close();
  }
}

const koa = new Koa();
koa.use(async (context) => {
  let body = "";
  for await (const piece of context.req) body += String(piece);
  context.body = `${context.method} ${body}`;
});

const inFastify = fastify();
inFastify.all("/", async (request) => `${request.method} ${(request.body as string | undefined) ?? ""}`);
await inFastify.ready();

/** Each answers with the method and the body of its request. */
const apps: Readonly<Record<string, App>> = {
  psgi: fromPsgi(async (env) => {
    let body = "";
    for await (const piece of env["psgi.input"]) body += Buffer.from(piece).toString();
    return [200, ["content-type", "text/plain"], [`${env.REQUEST_METHOD} ${body}`]];
  }),
  fetch: fromFetch(async (request) => new Response(`${request.method} ${await request.text()}`)),
  hono: fromFetch(new Hono().all("/", async ({ req }) => new Response(`${req.method} ${await req.text()}`))),
  wintertc: fromWintertc({
    fetch: async ({ request }) => new Response(`${request.method} ${await request.text()}`),
  }),
  express: fromNode(
    express()
      .use(express.text())
      .all("/", (request, response) => void response.send(`${request.method} ${request.body ?? ""}`)),
  ),
  connect: fromConnect((request, response) => {
    let body = "";
    request.on("data", (piece) => (body += String(piece)));
    request.on("end", () => response.end(`${request.method} ${body}`));
  }),
  koa: fromNode(koa.callback()),
  fastify: fromNode((request, response) => inFastify.routing(request, response)),
};

for (const [name, app] of Object.entries(apps)) {
  test(`${name}: a request for an event stream is answered as plain HTTP`, async () => {
    await served(app, async (client) => {
      const headers = [["accept", "text/html, text/event-stream"]] as const;
      const got = await client.request({ headers });
      assert.deepEqual([got.status, got.text(), got.complete], [200, "GET ", true]);
      const typed = [...headers, ["content-type", "text/plain"]] as const;
      const posted = await client.request({ method: "POST", headers: typed, body: "ping" });
      assert.deepEqual([posted.status, posted.text(), posted.complete], [200, "POST ping", true]);
    });
  });
}

/** Streams of their own making, as their manuals show them: one event, and no end. */
const streams: Readonly<Record<string, App>> = {
  hono: fromFetch(
    new Hono().get("/", (context) =>
      streamSSE(context, async (stream) => {
        await stream.writeSSE({ data: "hello" });
        await new Promise((resolve) => stream.onAbort(() => resolve(undefined)));
      }),
    ),
  ),
  express: fromNode(
    express().get("/", (_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: hello\n\n");
    }),
  ),
};

for (const [name, app] of Object.entries(streams)) {
  test(`SSE-18: a stream of ${name}'s own making is there at once, and ends with the server`, async () => {
    const running = await serve(app, { drainWindowMs: 0 });
    const client = createLiveClient(running.url);
    const exchange = client.open({ headers: [["accept", "text/event-stream"]] });
    const piece = await exchange.read();
    assert.equal(Buffer.from(piece ?? []).toString(), "data: hello\n\n");
    const closing = running.close();
    assert.equal(await exchange.read(), undefined);
    assert.ok(exchange.complete, "it ended as a whole");
    await client.close();
    await closing;
  });
}

const streaming: App = async (scope, receive, send) => {
  if (scope.type !== "sse") throw new Error(`unsupported scope type: ${scope.type}`);
  await receive();
  await send({ type: "sse.start" });
  await send({ type: "sse.send", data: scope.type });
  await send({ type: "sse.close" });
};

test("lowered to fetch and to node, an app is still told of event streams", async () => {
  const headers = { accept: "text/event-stream" };
  const response = await toFetch(streaming).fetch(new Request("http://localhost/", { headers }));
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  assert.equal(await response.text(), "data: sse\n\n");
  await served(fromNode(toNode(streaming)), async (client) => {
    const got = await client.request({ headers: [["accept", "text/event-stream"]] });
    assert.equal(got.text(), "data: sse\n\n");
  });
});
