import assert from "node:assert/strict";
import { test } from "node:test";
import { toFetch } from "#src/adapter/fetch.js";
import type { App, Receive, Send } from "#src/pagi/app.js";
import type { HttpScope } from "#src/pagi/scope.js";
import { nodeFiles } from "#src/server/node-files.js";

const URL_OF = "http://tack.test/a/b?x=1";

function httpApp(handle: (scope: HttpScope, receive: Receive, send: Send) => Promise<unknown>): App {
  return async (scope, receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await handle(scope, receive, send);
  };
}

const start = (send: Send, status = 200): Promise<void> => send({ type: "http.response.start", status });
const piece = (send: Send, body: string | Uint8Array, more = true): Promise<void> =>
  send({ type: "http.response.body", body, more });

/** A promise and what settles it. */
function signal<Value>(): { promise: Promise<Value>; resolve: (value: Value) => void } {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => (resolve = settle));
  return { promise, resolve };
}

test("status, status text, fields and body come through, each Set-Cookie by itself", async () => {
  const { fetch } = toFetch(
    httpApp(async (_scope, _receive, send) => {
      const headers = [
        ["content-type", "text/plain"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2; Path=/"],
        ["connection", "close"],
      ] as const;
      await send({ type: "http.response.start", status: 201, statusText: "Made", headers });
      await send({ type: "http.response.body", body: "caf\u00e9" });
    }),
  );
  const response = await fetch(new Request(URL_OF));
  assert.equal(response.status, 201);
  assert.equal(response.statusText, "Made");
  assert.deepEqual(response.headers.getSetCookie(), ["a=1", "b=2; Path=/"]);
  assert.equal(response.headers.get("connection"), null);
  assert.equal(response.headers.get("content-length"), "5");
  assert.equal(await response.text(), "caf\u00e9");
});

test("the scope tells method, path, query, host and fields of the request (PATH-6, PATH-8)", async () => {
  const seen = signal<HttpScope>();
  const { fetch } = toFetch(httpApp(async (scope, _r, send) => (seen.resolve(scope), start(send))));
  const request = new Request("https://tack.test:444/caf%C3%A9/%2F?q=%20#part", {
    method: "PUT",
    headers: { "X-One": "1" },
  });
  await fetch(request).catch(() => undefined);
  const scope = await seen.promise;
  assert.equal(scope.method, "PUT");
  assert.equal(scope.scheme, "https");
  assert.equal(scope.path, "/caf\u00e9//");
  assert.equal(scope.rawPath, "/caf%C3%A9/%2F");
  assert.equal(scope.queryString, "q=%20");
  assert.deepEqual(scope.headers, [
    ["host", "tack.test:444"],
    ["x-one", "1"],
  ]);
  assert.equal(scope.client, undefined);
  assert.equal("client" in scope, false);
});

test("rootPath goes in front of rootPath and rawPath (PATH-11)", async () => {
  const app = httpApp(async ({ rootPath, path, rawPath }, _receive, send) => {
    await start(send);
    await piece(send, JSON.stringify([rootPath, path, rawPath]), false);
  });
  const response = await toFetch(app, { rootPath: "/api" }).fetch(new Request(URL_OF));
  assert.deepEqual(await response.json(), ["/api", "/a/b", "/api/a/b"]);
});

test("a body streams, and a reader that stalls holds the app back (APP-8)", async () => {
  let sent = 0;
  const block = new Uint8Array(10_000);
  const { fetch } = toFetch(
    httpApp(async (_scope, _receive, send) => {
      await start(send);
      for (; sent < 50; sent++) await piece(send, block);
      await piece(send, "", false);
    }),
  );
  const response = await fetch(new Request(URL_OF));
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(sent < 10, `${sent} pieces were accepted with nobody reading`);
  assert.equal((await response.arrayBuffer()).byteLength, 500_000);
  assert.equal(sent, 50);
});

test("a body that is cancelled is a lost client, and a send that waits resolves (CONN-4, APP-15)", async () => {
  const ended = signal<unknown>();
  const { fetch } = toFetch(
    httpApp(async ({ connection }, receive, send) => {
      await start(send);
      await piece(send, new Uint8Array(100_000));
      await piece(send, "late");
      await receive();
      ended.resolve([connection.disconnectReason, await receive()]);
    }),
  );
  const response = await fetch(new Request(URL_OF));
  await response.body!.cancel("enough");
  const gone = { type: "http.disconnect", reason: "client_closed" };
  assert.deepEqual(await ended.promise, ["client_closed", gone]);
});

test("an aborted request is a lost client, before and during the response (CONN-10)", async () => {
  for (const isStarted of [false, true]) {
    const called = signal<void>();
    const ended = signal<unknown>();
    const { fetch } = toFetch(
      httpApp(async (scope, _receive, send) => {
        if (isStarted) await start(send).then(() => piece(send, "part"));
        scope.connection.signal.addEventListener("abort", () =>
          ended.resolve(scope.connection.signal.reason),
        );
        called.resolve();
        await scope.connection.closed;
      }),
    );
    const controller = new AbortController();
    const response = fetch(new Request(URL_OF, { signal: controller.signal }));
    await called.promise;
    controller.abort();
    assert.match(String(await ended.promise), /client_closed/);
    if (isStarted) await assert.rejects((await response).text());
    else await assert.rejects(response, /the client has gone/);
  }
});

test("an abort after the clean end is none (CONN-8)", async () => {
  const { fetch } = toFetch(
    httpApp(async ({ connection }, _receive, send) => {
      connection.onDisconnect(() => assert.fail("disconnected"));
      await start(send);
      await piece(send, "done", false);
    }),
  );
  const controller = new AbortController();
  const response = await fetch(new Request(URL_OF, { signal: controller.signal }));
  controller.abort();
  assert.equal(await response.text(), "done");
});

test("a request body is pulled when the app asks, and ends with more: false (HTTP-1, HTTP-2)", async () => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled++;
        if (pulled > 3) return controller.close();
        controller.enqueue(new TextEncoder().encode(`${pulled};`));
      },
    },
    { highWaterMark: 0 },
  );
  const { fetch } = toFetch(
    httpApp(async (_scope, receive, send) => {
      assert.equal(pulled, 0);
      let text = "";
      for (let more = true; more;) {
        const event = await receive();
        if (event.type !== "http.request") throw new Error("cut short");
        text += Buffer.from(event.body).toString();
        more = event.more;
      }
      await start(send);
      await piece(send, text, false);
    }),
  );
  const response = await fetch(new Request(URL_OF, { method: "POST", body, duplex: "half" }));
  assert.equal(await response.text(), "1;2;3;");
});

test("a request body that breaks off never ends with more: false (HTTP-3)", async () => {
  const events: unknown[] = [];
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("torn")) });
  const { fetch } = toFetch(httpApp(async (_scope, receive) => void events.push(await receive())));
  const request = new Request(URL_OF, { method: "POST", body, duplex: "half" });
  await assert.rejects(fetch(request));
  assert.deepEqual(events, [{ type: "http.disconnect", reason: "client_closed" }]);
});

test("HEAD, 204 and 304 have no body; HEAD keeps the length (HTTP-30, HTTP-31)", async () => {
  const app = httpApp(async ({ path }, _receive, send) => {
    await start(send, path === "/" ? 200 : Number(path.slice(1)));
    await piece(send, path === "/" ? "hello" : "", false);
  });
  const { fetch } = toFetch(app);
  const head = await fetch(new Request("http://tack.test/", { method: "HEAD" }));
  assert.deepEqual([head.body, head.headers.get("content-length")], [null, "5"]);
  for (const status of [204, 205, 304]) {
    const response = await fetch(new Request(`http://tack.test/${status}`));
    assert.deepEqual([response.status, response.body], [status, null]);
    assert.equal(response.headers.get("content-length"), status === 205 ? "0" : null);
  }
});

test("files go out where somebody opens them, and are refused elsewhere (HTTP-14)", async () => {
  const file = new URL(import.meta.url).pathname;
  const app = httpApp(async (_scope, _receive, send) => {
    await start(send);
    await send({ type: "http.response.body", file, offset: 0, length: 6 });
  });
  const opened = await toFetch(app, { files: nodeFiles }).fetch(new Request(URL_OF));
  assert.equal(await opened.text(), "import");
  const lines: string[] = [];
  const log = ({ message }: { readonly message: string }): void => void lines.push(message);
  const refused = await toFetch(app, { log }).fetch(new Request(URL_OF));
  assert.equal(refused.status, 500);
  assert.match(lines.join("\n"), /HTTP-14: no files can be opened here/);
});
