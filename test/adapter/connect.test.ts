/** `fromConnect`: middleware of Connect and Express in front of message apps. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import compression from "compression";
import connect from "connect";
import { fromConnect } from "#src/adapter/connect.js";
import { fromFetch } from "#src/adapter/fetch.js";
import { file } from "#src/app/file.js";
import { mount } from "#src/compose/mount.js";
import { reply } from "#src/compose/reply.js";
import { HttpError, UsageError } from "#src/http/errors.js";
import { hosted, standstill, until } from "../support/hosted.js";

test("anything but functions is refused", () => {
  assert.throws(() => fromConnect({} as never), UsageError);
  assert.throws(() => fromConnect(() => undefined, {} as never), UsageError);
});

test("a Connect app answers what it knows; the rest is a 404", async (context) => {
  const app = connect();
  app.use("/known", (request: connect.IncomingMessage, response) => {
    response.end(`${request.url} ${request.originalUrl}`);
  });
  const client = await hosted(context, mount({ "/under": fromConnect(app) }));
  assert.equal((await client.request({ path: "/under/known/a?b" })).text(), "/a?b /under/known/a?b");
  assert.equal((await client.request({ path: "/under/other" })).status, 404);
});

test("what is passed on goes to the app, with the fields that were set on the way", async (context) => {
  const app = connect();
  app.use((_, response, next) => {
    response.setHeader("x-before", "1");
    response.setHeader("content-type", "text/replaced");
    next();
  });
  const inner = fromFetch(() => {
    const headers = new Headers({ "content-type": "text/x-own" });
    for (const cookie of ["a=1", "b=2"]) headers.append("set-cookie", cookie);
    return new Response("inner", { status: 201, headers });
  });
  const client = await hosted(context, fromConnect(app, inner));
  const response = await client.request();
  assert.deepEqual(
    [response.status, response.text(), response.header("x-before"), response.header("content-type")],
    [201, "inner", "1", "text/x-own"],
  );
  assert.equal(response.headers.filter(([name]) => name === "set-cookie").length, 2);
});

test("compression squeezes inline bodies and files of message apps", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "tack-connect-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const text = "long ".repeat(50_000);
  writeFileSync(join(folder, "long.txt"), text);
  const inner = mount({
    "/inline": reply(200, { "content-type": "text/plain" }, text),
    "/": file({ root: folder }),
  });
  const client = await hosted(context, fromConnect(compression() as never, inner));
  const headers = [["accept-encoding", "gzip"]] as const;
  for (const path of ["/inline", "/long.txt"]) {
    const response = await client.request({ path, headers });
    assert.equal(response.header("content-encoding"), "gzip", path);
    assert.equal(gunzipSync(response.body).toString(), text);
  }
});

test("a stalled reader paces the app behind, and leaving ends it", async (context) => {
  let made = 0;
  let ended = 0;
  const source = {
    pull: (controller: ReadableStreamDefaultController) => {
      made++;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel: () => void ended++,
  };
  const inner = fromFetch(() => new Response(new ReadableStream(source, { highWaterMark: 0 })));
  const client = await hosted(
    context,
    fromConnect((_request, _response, next) => next(), inner),
  );
  const exchange = client.open();
  await exchange.read();
  assert.ok((await standstill(() => made)) < 400, `${made} pieces made with nobody reading`);
  exchange.disconnect();
  await until(() => ended === 1);
});

test("an error given to next has its status; one without is a 500", async (context) => {
  const app = fromConnect((request, _response, next) => {
    if (request.url === "/throw") throw new HttpError(409, "thrown");
    next(
      request.url === "/status" ? Object.assign(new Error("teapot"), { status: 418 }) : new Error("plain"),
    );
  });
  const client = await hosted(context, app);
  assert.deepEqual(
    await Promise.all(
      ["/status", "/plain", "/throw"].map(async (path) => (await client.request({ path })).status),
    ),
    [418, 500, 409],
  );
});

test("an app behind that stops half-way leaves the response incomplete", async (context) => {
  const client = await hosted(
    context,
    fromConnect(
      (_request, _response, next) => next(),
      async (scope, _receive, send) => {
        if (scope.type !== "http") return;
        await send({ type: "http.response.start", status: 200 });
        await send({ type: "http.response.body", body: "half", more: true });
        await new Promise((resolve) => setImmediate(resolve));
      },
    ),
  );
  const response = await client.request();
  assert.deepEqual([response.status, response.complete], [200, false]);
});
