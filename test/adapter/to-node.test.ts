/** `toNode`: message apps inside servers and frameworks of node. */
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import { connect, createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server } from "node:net";
import { type TestContext, test } from "node:test";
import { text } from "node:stream/consumers";
import compression from "compression";
import express from "express";
import { fromFetch } from "#src/adapter/fetch.js";
import { fromNode, toNode } from "#src/adapter/node.js";
import { mount } from "#src/compose/mount.js";
import { UsageError } from "#src/http/errors.js";
import type { App } from "#src/pagi/app.js";
import { createLiveClient, type LiveClient } from "#src/testing/index.js";
import { standstill, until } from "../support/hosted.js";

/** Listens for one test and gives the port. */
async function listen(context: TestContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  context.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function served(context: TestContext, listener: RequestListener): Promise<LiveClient> {
  const port = await listen(context, createServer(listener));
  const client = createLiveClient(`http://127.0.0.1:${port}`);
  context.after(() => client.close());
  return client;
}

const where: App = async (scope, _receive, send) => {
  if (scope.type !== "http") return;
  const { path, rawPath, rootPath, queryString } = scope;
  const headers = [
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
  ] as const;
  await send({ type: "http.response.start", status: 200, headers });
  await send({ type: "http.response.body", body: JSON.stringify({ path, rawPath, rootPath, queryString }) });
};

test("wrong arguments are refused", () => {
  assert.throws(() => toNode({} as never), UsageError);
  assert.throws(() => toNode(where, { nosuch: 1 } as never), UsageError);
});

test("in an Express app the prefix becomes rootPath, and fields set before stay apart and in place", async (context) => {
  const app = express();
  app.use(compression({ threshold: 0 }));
  app.use("/a%20b", toNode(where));
  const client = await served(context, app);
  const response = await client.request({ path: "/a%20b/c%2Fd?e=%20" });
  assert.deepEqual(JSON.parse(response.text()), {
    path: "/c/d",
    rawPath: "/a%20b/c%2Fd",
    rootPath: "/a b",
    queryString: "e=%20",
  });
  assert.equal(response.header("x-powered-by"), "Express");
  assert.equal(response.headers.filter(([name]) => name === "set-cookie").length, 2);
  const exact = JSON.parse((await client.request({ path: "/a%20b" })).text()) as Record<string, string>;
  assert.deepEqual([exact["path"], exact["rootPath"]], ["", "/a b"]);
});

test("a body that a parser has read before is a clear 500, not a hang", async (context) => {
  const log: string[] = [];
  const app = express();
  app.use(express.json(), toNode(where, { log: ({ message }) => void log.push(message) }));
  const client = await served(context, app);
  const headers = [["content-type", "application/json"]] as const;
  assert.equal((await client.request({ method: "POST", headers, body: "{}" })).status, 500);
  assert.match(log.at(-1)!, /before the body parser/);
  assert.equal((await client.request()).status, 200);
});

test("the first request starts the app, once; shutdown ends it", async (context) => {
  const steps: string[] = [];
  const app: App = async (scope, receive, send) => {
    if (scope.type === "lifespan") {
      for (const step of ["startup", "shutdown"] as const) {
        await receive();
        steps.push(step);
        await send({ type: `lifespan.${step}.complete` });
      }
    } else if (scope.type === "http") {
      await send({ type: "http.response.start", status: 200 });
      await send({ type: "http.response.body", body: steps.join() });
    }
  };
  const listener = toNode(app);
  const client = await served(context, listener);
  assert.deepEqual(steps, []);
  const answers = await Promise.all([client.request(), client.request()]);
  assert.deepEqual(
    answers.map((answer) => answer.text()),
    ["startup", "startup"],
  );
  assert.equal(listener.running, 0);
  await Promise.all([listener.shutdown(), listener.shutdown()]);
  assert.deepEqual(steps, ["startup", "shutdown"]);
});

test("an app that refuses to start is 503, and startup says why", async (context) => {
  const app: App = async (scope, receive, send) => {
    if (scope.type !== "lifespan") return;
    await receive();
    await send({ type: "lifespan.startup.failed", message: "no database" });
  };
  const listener = toNode(app);
  const client = await served(context, listener);
  assert.equal((await client.request()).status, 503);
  await assert.rejects(listener.startup(), /no database/);
});

test("what the parser of node lets pass and must not is refused", async (context) => {
  const client = await served(context, toNode(where));
  for (const [head, status] of Object.entries({
    "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n": 400,
    "GET /\r\n\r\n": 505,
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n": 501,
  })) {
    const connection = await client.connect();
    await connection.write(head);
    assert.equal((await connection.responses.head("GET")).status, status, head);
  }
});

test("a stalled reader paces the app, and leaving ends it", async (context) => {
  let made = 0;
  let ended = 0;
  const source = {
    pull: (controller: ReadableStreamDefaultController) => {
      made++;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel: () => void ended++,
  };
  const app = fromFetch(() => new Response(new ReadableStream(source, { highWaterMark: 0 })));
  const client = await served(context, toNode(app));
  const exchange = client.open();
  await exchange.read();
  assert.ok((await standstill(() => made)) < 400, `${made} pieces made with nobody reading`);
  exchange.disconnect();
  await until(() => ended === 1);
});

test("an Express app through fromNode and toNode and back is the same", async (context) => {
  const app = express();
  app.use(express.json());
  app.post("/echo", (request, response) => void response.cookie("a", "1").json(request.body));
  const client = await served(context, toNode(mount({ "/under": fromNode(app) })));
  const headers = [["content-type", "application/json"]] as const;
  const response = await client.request({ method: "POST", path: "/under/echo", headers, body: '{"a":1}' });
  assert.equal(response.text(), '{"a":1}');
  assert.equal(response.header("set-cookie"), "a=1; Path=/");
});

test("HTTP/2 through node's compat layer: fields, body, cookies", async (context) => {
  const app = fromFetch(async (request) => {
    const headers = new Headers({
      "x-host": new URL(request.url).host,
      "x-a": request.headers.get("x-a") ?? "",
    });
    for (const cookie of ["a=1", "b=2"]) headers.append("set-cookie", cookie);
    return new Response((await request.text()).toUpperCase(), { headers });
  });
  const port = await listen(context, createHttp2Server(toNode(app) as never));
  const session = connect(`http://127.0.0.1:${port}`);
  const stream = session.request({ ":method": "POST", ":path": "/p?q", "x-a": "1" });
  const heads: Record<string, unknown>[] = [];
  stream.on("response", (head) => heads.push(head));
  stream.end("there and back");
  assert.equal(await text(stream), "THERE AND BACK");
  session.close();
  const [head] = heads;
  assert.deepEqual([head![":status"], head!["x-host"], head!["x-a"]], [200, `127.0.0.1:${port}`, "1"]);
  assert.deepEqual(head!["set-cookie"], ["a=1", "b=2"]);
});

test(
  "a reader that stalls holds the app back over HTTP/2 too (TRANS-1)",
  { timeout: 30_000 },
  async (context) => {
    const piece = new Uint8Array(65_536);
    let sent = 0;
    const app: App = async (scope, _receive, send) => {
      if (scope.type !== "http") return;
      await send({ type: "http.response.start", status: 200 });
      for (; sent < 500; sent++) await send({ type: "http.response.body", body: piece, more: true });
      await send({ type: "http.response.body" });
    };
    const port = await listen(context, createHttp2Server(toNode(app) as never));
    const session = connect(`http://127.0.0.1:${port}`);
    const stream = session.request({ ":path": "/" });
    await new Promise((resolve) => stream.once("response", resolve));
    assert.ok((await standstill(() => sent)) < 500);
    let size = 0;
    for await (const bytes of stream) size += (bytes as Uint8Array).byteLength;
    session.close();
    assert.equal(size, 500 * piece.byteLength);
  },
);
