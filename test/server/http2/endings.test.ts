import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { constants } from "node:http2";
import { test } from "node:test";
import type { App, DisconnectReason } from "tack";
import { heldApp, httpApp, okApp, started } from "../server-tools.js";
import { answerOf, ask, session } from "./http2-tools.js";

interface End {
  readonly reason: DisconnectReason | null;
  readonly detail: string | null;
}

/** An app that notes how each of its exchanges ends, in the order in which they end. */
function watching(work: App): { readonly app: App; ended(): Promise<End> } {
  const ends: End[] = [];
  const news = new EventEmitter();
  const app = httpApp(async (scope, receive, send) => {
    if (scope.type !== "http") return;
    const { connection } = scope;
    void connection.closed.then((reason) => {
      ends.push({ reason, detail: connection.disconnectDetail });
      news.emit("end");
    });
    await work(scope, receive, send);
  });
  const ended = async (): Promise<End> => {
    while (ends.length === 0) await once(news, "end");
    return ends.shift()!;
  };
  return { app, ended };
}

const closedOnly: App = async (scope) => {
  if (scope.type === "http") await scope.connection.closed;
};

/** Reads until there is nothing more to read. */
const reading: App = async (_scope, receive) => {
  for (;;) if ((await receive()).type !== "http.request") return;
};

test("HTTP-28: an app that fails after the start resets its stream and no other", async () => {
  const app = httpApp(async (scope, receive, send) => {
    if (scope.type !== "http" || scope.path !== "/cut") return okApp(scope, receive, send);
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body: "part", more: true });
    throw new Error("no more");
  });
  const client = await session(await started(app));
  const [cut, whole] = await Promise.all([ask(client, { ":path": "/cut" }), ask(client, { ":path": "/" })]);
  assert.deepEqual([cut.text, cut.code], ["part", constants.NGHTTP2_INTERNAL_ERROR]);
  assert.deepEqual([whole.text, whole.code], ["ok", 0]);
});

test("HTTP-27: without a response there is a 500, and the connection goes on", async () => {
  const app = httpApp(async (scope) => {
    if (scope.type === "http" && scope.path === "/throw") throw new Error("nothing");
  });
  const client = await session(await started(app));
  for (const path of ["/throw", "/"]) assert.equal((await ask(client, { ":path": path })).status, 500);
});

test("CONN-4: a stream that the client resets is client_closed, a broken one protocol_error", async () => {
  const { app, ended } = watching(closedOnly);
  const client = await session(await started(app));
  for (const [code, reason] of [
    [constants.NGHTTP2_CANCEL, "client_closed"],
    [constants.NGHTTP2_NO_ERROR, "client_closed"],
    [constants.NGHTTP2_PROTOCOL_ERROR, "protocol_error"],
  ] as const) {
    const stream = client.request({ ":path": "/" });
    const answer = answerOf(stream);
    await new Promise((resolve) => client.ping(resolve));
    stream.close(code);
    assert.equal((await ended()).reason, reason, String(code));
    await answer;
  }
});

test("a body that the client cuts off never seems whole", async () => {
  const { app, ended } = watching(reading);
  const client = await session(await started(app));
  for (const code of [
    constants.NGHTTP2_CANCEL,
    constants.NGHTTP2_INTERNAL_ERROR,
    constants.NGHTTP2_NO_ERROR,
  ]) {
    const stream = client.request({ ":method": "POST" });
    const answer = answerOf(stream);
    stream.write("part");
    await new Promise((resolve) => client.ping(resolve));
    stream.close(code);
    assert.equal((await ended()).reason, "client_closed", String(code));
    await answer;
  }
});

test("a connection that is lost ends all of its exchanges", async () => {
  for (const leave of ["destroy", "goaway", "end"] as const) {
    const { app, ended } = watching(reading);
    const client = await session(await started(app));
    const streams = [client.request({ ":method": "POST" }), client.request({ ":path": "/" })];
    for (const stream of streams) stream.on("error", () => undefined);
    await new Promise((resolve) => client.ping(resolve));
    if (leave === "goaway") client.goaway(constants.NGHTTP2_INTERNAL_ERROR);
    else if (leave === "end") client.socket.destroySoon();
    else client.destroy();
    assert.deepEqual([(await ended()).reason, (await ended()).reason], ["client_closed", "client_closed"]);
  }
});

test("HTTP-33: a body that is not read is given up with NO_ERROR once the response is out", async () => {
  const client = await session(await started(okApp, { lingerMs: 20 }));
  const stream = client.request({ ":method": "POST" });
  stream.write("the beginning of something long");
  const { status, text, code } = await answerOf(stream);
  assert.deepEqual([status, text, code], [200, "ok", constants.NGHTTP2_NO_ERROR]);
  assert.equal((await ask(client, { ":path": "/" })).text, "ok");
});

test("HTTP-33: more of an unread body than is thrown away ends its stream, not the connection", async () => {
  const client = await session(await started(okApp, { maxDrainBytes: 1000, lingerMs: 60_000 }));
  const { text, code } = await ask(client, { ":method": "POST" }, "x".repeat(100_000));
  assert.deepEqual([text, code], ["ok", constants.NGHTTP2_NO_ERROR]);
  assert.equal((await ask(client, { ":path": "/" })).text, "ok");
});

test("CONN-15: an app resets its own stream", async () => {
  const { app, ended } = watching(async (scope, receive, send) => {
    if (scope.type !== "http") return;
    if (scope.path === "/") return okApp(scope, receive, send);
    scope.connection.abort("enough");
  });
  const client = await session(await started(app));
  assert.equal((await ask(client, { ":path": "/abort" })).code, constants.NGHTTP2_INTERNAL_ERROR);
  assert.deepEqual(await ended(), { reason: "app_abort", detail: "enough" });
  assert.equal((await ask(client, { ":path": "/" })).text, "ok");
});

test("a stop says GOAWAY, answers what runs and then closes", async () => {
  const held = heldApp();
  const running = await started(held.app, { graceMs: 5_000 });
  const client = await session(running);
  const answer = ask(client, { ":path": "/" });
  await held.entered;
  const goaway = new Promise<number[]>((resolve) => {
    client.once("goaway", (code, last) => resolve([code, last]));
  });
  const gone = new Promise((resolve) => client.once("close", resolve));
  const closing = running.close();
  assert.deepEqual(await goaway, [constants.NGHTTP2_NO_ERROR, 1]);
  held.release();
  assert.equal((await answer).text, "ok");
  await gone;
  await closing;
  assert.deepEqual(held.ends, [null]);
});

test("a stop does not wait for idle connections, and cuts at its deadline", async () => {
  const held = heldApp();
  const running = await started(held.app, { graceMs: 50 });
  const idle = await session(running);
  const client = await session(running);
  const answer = ask(client, { ":path": "/" });
  await held.entered;
  const gone = new Promise((resolve) => idle.once("close", resolve));
  await Promise.all([running.close(), gone]);
  assert.notEqual((await answer).text, "ok");
  assert.deepEqual(held.ends, ["server_shutdown"]);
});

test("HTTP-28: a response that a stop cuts short does not seem whole", async () => {
  const running = await started(
    httpApp(async (scope, _receive, send) => {
      await send({ type: "http.response.start", status: 200 });
      await send({ type: "http.response.body", body: "part", more: true });
      if (scope.type === "http") await scope.connection.closed;
    }),
    { graceMs: 20 },
  );
  const client = await session(running);
  const stream = client.request({ ":path": "/" });
  const answer = answerOf(stream);
  await new Promise((resolve) => stream.once("data", resolve));
  await running.close();
  const { text, code } = await answer;
  assert.deepEqual([text, code], ["part", constants.NGHTTP2_INTERNAL_ERROR]);
});

test("an idle connection is closed with GOAWAY", async () => {
  const client = await session(await started(okApp, { keepAliveTimeoutMs: 50 }));
  const code = await new Promise((resolve) => client.once("goaway", resolve));
  assert.equal(code, constants.NGHTTP2_NO_ERROR);
  await new Promise((resolve) => client.once("close", resolve));
});
