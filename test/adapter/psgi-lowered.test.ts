import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPsgi, toPsgi } from "#src/adapter/psgi.js";
import { lint, lintPsgi } from "#src/middleware/lint.js";
import type { App, Send } from "#src/pagi/app.js";
import type { HttpScope } from "#src/pagi/scope.js";
import { type DrivenRequest, drive, exchange } from "../support/driven-exchange.js";

const TEXT = [["content-type", "text/plain"]] as const;
const decoder = new TextDecoder();

/** There and back, each side between validators. */
function roundTrip(app: App): App {
  return lint()(fromPsgi(lintPsgi()(toPsgi(lint()(app)))));
}

function start(send: Send, headers: HttpScope["headers"] = TEXT): Promise<void> {
  return send({ type: "http.response.start", status: 200, headers });
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function scopeOf(request: DrivenRequest): Promise<HttpScope> {
  let seen: HttpScope | undefined;
  const app: App = async (scope, _, send) => {
    seen = scope as HttpScope;
    await start(send);
    await send({ type: "http.response.body", body: "" });
  };
  await exchange(roundTrip(app), request);
  return seen!;
}

test("the scope survives the way there and back", async () => {
  const request = {
    method: "PUT",
    scheme: "https",
    path: "/b あ",
    rawPath: "/a/b%20%E3%81%82",
    rootPath: "/a",
    queryString: "x=1",
    httpVersion: "1.0",
    headers: [
      ["host", "app.test"],
      ["content-type", "a/b"],
      ["content-length", "0"],
      ["x-foo", "1, 2"],
      ["cookie", "a=1; b=2"],
    ],
    session: { user: 1 },
  } as const;
  const scope = await scopeOf(request);
  for (const key of [
    "method",
    "scheme",
    "path",
    "rawPath",
    "rootPath",
    "queryString",
    "httpVersion",
  ] as const) {
    assert.equal(scope[key], request[key], key);
  }
  const sorted = (headers: HttpScope["headers"]): string[] => headers.map((pair) => pair.join(": ")).sort();
  assert.deepEqual(sorted(scope.headers), sorted(request.headers));
  assert.deepEqual(
    [scope.client, scope.server],
    [
      ["192.0.2.7", 4711],
      ["127.0.0.1", 5000],
    ],
  );
  assert.equal(scope.session, request.session);
});

test("an echo streams both ways, piece for piece", async () => {
  const echo: App = async (_, receive, send) => {
    await start(send);
    for (;;) {
      const event = await receive();
      if (event.type !== "http.request") return;
      await send({ type: "http.response.body", body: event.body, more: event.more });
      if (!event.more) return;
    }
  };
  const driven = await exchange(roundTrip(echo), { method: "POST", pieces: ["a", "b", "c"] });
  assert.equal(driven.text, "abc");
  assert.ok(driven.pieces.filter((piece) => piece !== "").length === 3);
});

test("repeated response headers stay apart", async () => {
  const cookies = [...TEXT, ["set-cookie", "a"], ["set-cookie", "b"]] as const;
  const app: App = async (_, __, send) => {
    await start(send, cookies);
    await send({ type: "http.response.body", body: "x" });
  };
  assert.deepEqual((await exchange(roundTrip(app))).header("set-cookie"), ["a", "b"]);
});

test("TRANS-1: the app is at most one piece ahead of a slow client", async () => {
  let sent = 0;
  const app: App = async (_, __, send) => {
    await start(send);
    for (; sent < 40; sent++) await send({ type: "http.response.body", body: "x", more: true });
    await send({ type: "http.response.body", body: "" });
  };
  const driven = drive(roundTrip(app), { stallAfter: 2 });
  await driven.until(() => driven.pieces.length === 3);
  for (let count = 0; count < 20; count++) await turn();
  assert.ok(sent <= 5, `${sent} pieces sent`);
  driven.resume();
  await driven.done;
  assert.equal(driven.text.length, 40);
});

test("CONN-1: a client that leaves ends the app's exchange, and its pending send resolves", async () => {
  let reason: string | null | undefined;
  let isAborted: boolean | undefined;
  const app: App = async (scope, receive, send) => {
    const { connection } = scope as HttpScope;
    const { signal } = connection;
    await start(send);
    while (connection.isConnected) await send({ type: "http.response.body", body: "x", more: true });
    reason = connection.disconnectReason;
    await connection.closed;
    isAborted = signal.aborted;
    while ((await receive()).type !== "http.disconnect");
  };
  const driven = drive(roundTrip(app), { stallAfter: 3 });
  await driven.until(() => driven.pieces.length === 4);
  driven.leave();
  assert.equal(await driven.done, undefined);
  await driven.until(() => isAborted !== undefined);
  assert.deepEqual([reason, isAborted], ["client_closed", true]);
});

test("HTTP-28: an app that stops half-way leaves the response incomplete", async () => {
  for (const [fails, pattern] of [
    [true, /boom/],
    [false, /HTTP-24/],
  ] as const) {
    const app: App = async (_, __, send) => {
      await start(send);
      await send({ type: "http.response.body", body: "half", more: true });
      await turn();
      if (fails) throw new Error("boom");
    };
    const driven = drive(fromPsgi(toPsgi(app)));
    assert.match(String(await driven.done), pattern);
    assert.deepEqual([driven.text, driven.connection.responseComplete], ["half", false]);
  }
});

test("HTTP-25: an app that never answers is an error before the head", async () => {
  const driven = drive(fromPsgi(toPsgi(async () => undefined)));
  assert.match(String(await driven.done), /HTTP-25/);
  assert.deepEqual(driven.events, []);
});

test("HTTP-20: trailers are taken and dropped", async () => {
  const app: App = async (_, __, send) => {
    await send({ type: "http.response.start", status: 200, headers: TEXT, trailers: true });
    await send({ type: "http.response.body", body: "x" });
    await send({ type: "http.response.trailers", headers: [["x-sum", "1"]] });
  };
  const driven = await exchange(roundTrip(app));
  assert.deepEqual([driven.text, driven.connection.responseComplete], ["x", true]);
});

test("informational responses and files pass through", async () => {
  const app: App = async (_, __, send) => {
    await send({ type: "http.response.informational", status: 103, headers: [["link", "</a>"]] });
    await start(send);
    await send({ type: "http.response.body", file: "/tmp/x", offset: 2 });
  };
  const driven = await exchange(roundTrip(app), { extensions: { earlyHints: {} } });
  assert.deepEqual(
    driven.events.map((event) => event.type),
    ["http.response.informational", "http.response.start", "http.response.body"],
  );
  assert.deepEqual(driven.events[2], { type: "http.response.body", file: "/tmp/x", offset: 2 });
});

test("a file handle is read piece by piece", async () => {
  const bytes = new TextEncoder().encode("0123456789");
  const handle = {
    read: async (buffer: Uint8Array, _: number, length: number, position: number | null) => {
      const part = bytes.subarray(position ?? 0, (position ?? 0) + Math.min(length, 3));
      buffer.set(part);
      return { bytesRead: part.byteLength };
    },
  };
  const app: App = async (_, __, send) => {
    await start(send);
    await send({ type: "http.response.body", handle, offset: 1, length: 7 });
  };
  const driven = await exchange(fromPsgi(toPsgi(app)));
  assert.equal(driven.text, decoder.decode(bytes.subarray(1, 8)));
});

test("CONN-11: onComplete runs once the response is complete, before later cleanup handlers", async () => {
  const order: string[] = [];
  const app: App = async (scope, _, send) => {
    (scope as HttpScope).connection.onComplete(() => order.push("complete"));
    await start(send);
    await send({ type: "http.response.body", body: "a", more: true });
    await send({ type: "http.response.body", body: "b" });
  };
  const psgi = toPsgi(app);
  await exchange(
    fromPsgi(async (env) => {
      const response = await psgi(env);
      env["psgix.cleanup.handlers"]!.push(async () => (await turn(), order.push("cleanup")));
      return response;
    }),
  );
  assert.deepEqual(order, ["complete", "cleanup"]);
});

test("APP-9: a receive that is given up leaves its event for the next one", async () => {
  const app: App = async (_, receive, send) => {
    const first = await receive();
    await assert.rejects(receive({ signal: AbortSignal.abort(new Error("enough")) }), /enough/);
    const second = await receive();
    await start(send);
    const bodies = [first, second].map((event) => ("body" in event ? decoder.decode(event.body) : "-"));
    await send({ type: "http.response.body", body: bodies.join() });
  };
  const driven = await exchange(fromPsgi(toPsgi(app)), { method: "POST", pieces: ["a", "b"] });
  assert.equal(driven.text, "a,b");
});
