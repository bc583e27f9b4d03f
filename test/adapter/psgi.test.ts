import assert from "node:assert/strict";
import { test } from "node:test";
import { directOf } from "#src/adapter/direct.js";
import { fromPsgi } from "#src/adapter/psgi.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiEnv } from "#src/psgi/env.js";
import { drive, exchange, type DrivenRequest } from "../support/driven-exchange.js";

const TEXT = ["Content-Type", "text/plain"];
/** A receive or send that nobody may call. */
const never = (): Promise<never> => Promise.reject(new Error("must not be called"));
const hinting: PsgiApp = async (env) => {
  await env["psgix.informational"]?.(103, ["Link", "</a.css>"]);
  return [200, TEXT, ["x"]];
};
const empty: PsgiApp = () => [200, TEXT, []];

async function envOf(request: DrivenRequest): Promise<PsgiEnv> {
  let seen: PsgiEnv | undefined;
  await exchange(
    fromPsgi((env) => {
      seen = env;
      return [200, TEXT, []];
    }),
    request,
  );
  return seen!;
}

test("ENV-1 to ENV-9: the environment says what the scope says", async () => {
  const env = await envOf({
    method: "POST",
    path: "/a b",
    rawPath: "/mount/a%20b",
    rootPath: "/mount",
    queryString: "x=%20y",
  });
  assert.equal(env.REQUEST_METHOD, "POST");
  assert.equal(env.SCRIPT_NAME, "/mount");
  assert.equal(env.PATH_INFO, "/a b");
  assert.equal(env.REQUEST_URI, "/mount/a%20b?x=%20y");
  assert.equal(env.QUERY_STRING, "x=%20y");
  assert.equal(env.SERVER_NAME, "127.0.0.1");
  assert.equal(env.SERVER_PORT, "5000");
  assert.equal(env.SERVER_PROTOCOL, "HTTP/1.1");
  assert.equal(env.REMOTE_ADDR, "192.0.2.7");
  assert.equal(env.REMOTE_PORT, "4711");
});

test("ENV-5: PATH_INFO is text, or one character per byte when it is not UTF-8, below a mount too", async () => {
  const text = await envOf({ path: "/あ", rawPath: "/m/%E3%81%82", rootPath: "/m" });
  assert.equal(text.PATH_INFO, "/あ");
  const bytes = await envOf({ path: "/\xff", rawPath: "/m/%FF", rootPath: "/m" });
  assert.equal(bytes.PATH_INFO, "/\xff");
});

test("ENV-8: on a unix socket the server's name and port come from Host, or from the scheme", async () => {
  const server = ["/run/app.sock", null] as const;
  const named = await envOf({ server, headers: [["host", "shop.test:8443"]] });
  assert.deepEqual([named.SERVER_NAME, named.SERVER_PORT], ["shop.test", "8443"]);
  const bare = await envOf({ server, headers: [], scheme: "https" });
  assert.deepEqual([bare.SERVER_NAME, bare.SERVER_PORT], ["localhost", "443"]);
  const wrong = await envOf({ server, headers: [["host", "a b/c"]] });
  assert.deepEqual([wrong.SERVER_NAME, wrong.SERVER_PORT], ["localhost", "80"]);
});

test("ENV-10, ENV-11, ENV-12: fields become keys, repeated ones joined, cookies with a semicolon", async () => {
  const env = await envOf({
    headers: [
      ["content-type", "a/b"],
      ["content-length", "0"],
      ["x-foo", "1"],
      ["cookie", "a=1"],
      ["x-foo", "2"],
      ["cookie", "b=2"],
    ],
  });
  assert.equal(env.CONTENT_TYPE, "a/b");
  assert.equal(env.CONTENT_LENGTH, "0");
  assert.equal(env["HTTP_X_FOO"], "1, 2");
  assert.equal(env["HTTP_COOKIE"], "a=1; b=2");
  assert.ok(!("HTTP_CONTENT_TYPE" in env) && !("HTTP_CONTENT_LENGTH" in env) && !("COOKIE" in env));
});

test("ENV-18: a field named Proxy and names with an underscore never get in", async () => {
  const env = await envOf({
    headers: [
      ["proxy", "http://evil.test"],
      ["x_foo", "evil"],
      ["x-foo", "good"],
    ],
  });
  assert.ok(!("HTTP_PROXY" in env));
  assert.equal(env["HTTP_X_FOO"], "good");
});

test("ENV-14 to ENV-17: the psgi keys tell the truth", async () => {
  const env = await envOf({ scheme: "https" });
  assert.deepEqual(env["psgi.version"], [1, 1]);
  assert.equal(env["psgi.url_scheme"], "https");
  assert.equal(env.HTTPS, "on");
  const flags = ["multithread", "multiprocess", "run_once", "nonblocking", "streaming"];
  assert.deepEqual(
    flags.map((name) => env[`psgi.${name}`]),
    [false, false, false, true, true],
  );
  assert.equal(env["psgix.harakiri"], false);
  assert.equal(env["psgix.input.buffered"], false);
  assert.equal(env["psgix.informational"], undefined);
});

test("ENV-17: psgi.multiprocess follows what the lifespan scope says of workers", async () => {
  let seen: unknown;
  const app = fromPsgi((env) => {
    seen = env["psgi.multiprocess"];
    return [200, TEXT, []];
  });
  await app({ type: "lifespan", pagi: { version: "0.4", isWorker: true } }, never, never);
  await exchange(app);
  assert.equal(seen, true);
});

test("ERR-1, EXT-4: psgi.errors and psgix.logger write to the server's log", async () => {
  const driven = await exchange(
    fromPsgi((env) => {
      assert.equal(env["psgi.errors"].print("trouble"), true);
      env["psgix.logger"]?.({ level: "warn", message: "careful" });
      return [200, TEXT, []];
    }),
  );
  assert.deepEqual(driven.log, ["error: trouble", "warn: careful"]);
});

test("EXT-6, EXT-2: session and io are handed through", async () => {
  const session = { user: 1 };
  const io = { take: () => ({ socket: {} as never, head: new Uint8Array(0) }) };
  const env = await envOf({ session, sessionOptions: { id: "x" }, extensions: { io } });
  assert.equal(env["psgix.session"], session);
  assert.deepEqual(env["psgix.session.options"], { id: "x" });
  assert.equal(env["psgix.io"], io);
});

test("EXT-11: psgix.informational sends an interim response where the server can", async () => {
  const driven = await exchange(fromPsgi(hinting), { extensions: { earlyHints: {} } });
  assert.deepEqual(driven.events[0], {
    type: "http.response.informational",
    status: 103,
    headers: [["link", "</a.css>"]],
  });
});

test("RES-2, RES-6: headers keep their order and repetitions, names in lower case", async () => {
  const driven = await exchange(
    fromPsgi(() => [200, ["X-A", "1", "Set-Cookie", "a", "Set-Cookie", "b"], []]),
  );
  assert.deepEqual(driven.start?.headers, [
    ["x-a", "1"],
    ["set-cookie", "a"],
    ["set-cookie", "b"],
  ]);
});

for (const [rule, what, value] of [
  ["APP-2", "undefined", undefined],
  ["APP-2", "a pair", [200, []]],
  ["RES-1", "a status as text", ["200", [], []]],
  ["RES-1", "an interim status", [100, [], []]],
  ["RES-2", "an odd list", [200, ["x"], []]],
  ["RES-2", "headers as an object", [200, { a: "b" }, []]],
  ["RES-3", "a Status header", [200, ["Status", "200"], []]],
  ["BODY-1", "a bare string", [200, [], "text"]],
  ["BODY-1", "bare bytes", [200, [], new Uint8Array(1)]],
  ["BODY-1", "a number", [200, [], 7]],
  ["BODY-2", "a number as piece", [200, [], [7]]],
] as const) {
  test(`${rule}: ${what} as response is refused before the head`, async () => {
    const driven = drive(fromPsgi(() => value as never));
    assert.match(String(await driven.done), new RegExp(`ContractError: ${rule}:`));
    assert.deepEqual(driven.events, []);
  });
}

test("APP-4: what the app throws or rejects with reaches the server", async () => {
  for (const app of [() => Promise.reject(new Error("boom")), () => assert.fail("boom")]) {
    assert.match(String(await drive(fromPsgi(app)).done), /boom/);
  }
});

test("a WebSocket handshake is refused with an ordinary response", async () => {
  const sent: unknown[] = [];
  const scope = { type: "websocket" } as never;
  await fromPsgi(() => [200, TEXT, []])(
    scope,
    () => assert.fail(),
    async (event) => void sent.push(event.type),
  );
  assert.deepEqual(sent, ["http.response.start", "http.response.body"]);
});

test("an sse scope is answered as plain HTTP", async () => {
  const app = fromPsgi(async (env) => [200, TEXT, [await env["psgi.input"].read()]]);
  assert.equal((await exchange(app, { type: "sse", method: "POST", pieces: ["hi"] })).text, "hi");
});

test("wrong options are refused when the app is wrapped", () => {
  assert.throws(() => fromPsgi(empty, { bufferInput: -1 }), /UsageError.*bufferInput/);
  assert.throws(() => fromPsgi(empty, { buffer: 1 } as never), /unknown option "buffer"/);
});

test("the wrapped app can be reached behind its mark", () => {
  assert.deepEqual(directOf(fromPsgi(empty, { runOnce: true })), {
    form: "psgi",
    app: empty,
    options: { runOnce: true },
  });
  assert.equal(
    directOf(async () => undefined),
    undefined,
  );
});
