/** The same test bodies on an app without a socket and on a running server: one vocabulary. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "#src/pagi/app.js";
import { createClient } from "#src/testing/app-client.js";
import { BodyScript } from "#src/testing/body-script.js";
import type { Client } from "#src/testing/client.js";
import { createLiveClient } from "#src/testing/live-client.js";
import { answer, httpApp, piece, signal, start, watched } from "#src/testing/suite/suite-tools.js";
import { readBody } from "#src/testing/wire-app.js";
import { startStandalone } from "./tools/start-standalone.js";

/** Runs a test body twice. */
function both(title: string, makeApp: () => App, body: (client: Client) => Promise<void>): void {
  test(`${title} (without a socket)`, async () => {
    const client = createClient(makeApp());
    await body(client);
    await client.close();
  });
  test(`${title} (running server)`, async () => {
    const server = await startStandalone(makeApp(), { limits: {} });
    const client = createLiveClient(server.url);
    await body(client);
    await client.close();
    await server.close();
  });
}

const echo = (): App =>
  httpApp(async ({ scope, receive, send }) => {
    const { bytes, trailers } = await readBody(receive);
    const headers = [...scope.headers, ...trailers].filter(([name]) => name.startsWith("x-"));
    await answer(send, bytes, [["x-method", scope.method], ["x-path", scope.path], ...headers]);
  });

both("a request has method, path, headers and body, a response has them, too", echo, async (client) => {
  const headers = [
    ["X-A", "1"],
    ["X-A", "2"],
  ] as const;
  const response = await client.request({ method: "POST", path: "/a%20b?c", headers, body: '{"a":1}' });
  assert.equal(response.status, 200);
  assert.equal(response.statusText, "OK");
  assert.equal(response.header("x-method"), "POST");
  assert.equal(response.header("X-Path"), "/a b");
  assert.deepEqual(response.headerAll("x-a"), ["1", "2"]);
  assert.equal(response.header("x-a"), "1, 2");
  assert.equal(response.header("content-length"), "7");
  assert.deepEqual(response.json(), { a: 1 });
  assert.equal(response.complete, true);
});

both("a body piece by piece may end with trailers", echo, async (client) => {
  const body = new BodyScript().push("one ").push(Buffer.from("two")).end();
  const response = await client.request({ method: "POST", body, trailers: [["X-Sum", "7"]] });
  assert.equal(response.text(), "one two");
  assert.equal(response.header("x-sum"), "7");
});

both("what is no JSON is shown", echo, async (client) => {
  const response = await client.request({ method: "POST", body: "<html>" });
  assert.throws(() => response.json(), /not JSON: 200, no content-type, "<html>"/);
});

const conversation = (): App =>
  httpApp(async ({ receive, send }) => {
    await start(send);
    for (;;) {
      const event = await receive();
      if (event.type !== "http.request") return;
      await piece(send, event.body, event.more);
      if (!event.more) return;
    }
  });

both("request and response may stream at the same time", conversation, async (client) => {
  const body = new BodyScript();
  const exchange = client.open({ method: "POST", body });
  for (const word of ["one", "two"]) {
    body.push(word);
    assert.equal(Buffer.from((await exchange.read()) ?? []).toString(), word);
  }
  body.end();
  assert.equal(await exchange.read(), undefined);
  assert.equal(exchange.complete, true);
});

const hinting = (): App =>
  httpApp(async ({ scope, send }) => {
    await send({ type: "http.response.informational", status: 103, headers: [["link", "</a>"]] });
    await send({ type: "http.response.start", status: 200, trailers: scope.method !== "HEAD" });
    await piece(send, "body", false);
    if (scope.method !== "HEAD") await send({ type: "http.response.trailers", headers: [["x-sum", "4"]] });
  });

both("interim responses and trailers are seen", hinting, async (client) => {
  const response = await client.request();
  assert.deepEqual(response.informational, [{ status: 103, headers: [["link", "</a>"]] }]);
  assert.deepEqual(response.trailers, [["x-sum", "4"]]);
  const head = await client.request({ method: "HEAD" });
  assert.equal(head.body.length, 0);
  assert.equal(head.complete, true);
});

const failing = (): App =>
  httpApp(async ({ scope, send }) => {
    if (scope.path === "/before") throw new Error("before");
    await start(send);
    await piece(send, "part");
    throw new Error("after");
  });

both("an app that fails is a 500 or a response without a proper end", failing, async (client) => {
  assert.equal((await client.request({ path: "/before" })).status, 500);
  const response = await client.request({ path: "/after" });
  assert.equal(response.text(), "part");
  assert.equal(response.complete, false);
});

both(
  "an exchange that the app aborts has no head",
  () => aborting,
  async (client) => {
    await assert.rejects(client.request(), /closed before a response/);
  },
);

const aborting: App = httpApp(async ({ scope }) => scope.connection.abort());

let reading = signal<string>();
const reader = (): App => {
  const mine = signal<string>();
  reading = mine;
  return httpApp(async ({ receive }) => {
    for (;;) {
      const event = await receive();
      if (event.type === "http.disconnect") return mine.resolve(String(event.reason));
    }
  });
};

both("a body that throws is a client that leaves", reader, async (client) => {
  async function* broken(): AsyncGenerator<string> {
    yield "part";
    throw new Error("the script ends here");
  }
  const exchange = client.open({ method: "POST", body: broken() });
  assert.equal(await reading.promise, "client_closed");
  await assert.rejects(exchange.head(), /closed before a response/);
});

const MANY = Buffer.alloc(1 << 20);

test("send is held back until the test reads (without a socket)", async () => {
  let sent = 0;
  const app = httpApp(async ({ send }) => {
    await start(send);
    for (; sent < 5; sent++) await piece(send, MANY);
    await piece(send, "", false);
  });
  const exchange = createClient(app).open();
  await exchange.head();
  assert.equal(sent, 0);
  for (let count = 1; count <= 5; count++) {
    assert.equal((await exchange.read())?.length, MANY.length);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(sent, count);
  }
  assert.equal((await exchange.response()).complete, true);
});

for (const when of ["before the body", "inside the body", "inside the response"] as const) {
  test(`a client that leaves ${when} gives its reason to the app (without a socket)`, async () => {
    const [began, left] = [signal(), signal()];
    const { app, result } = watched(async ({ scope, receive, send }) => {
      if (when === "inside the body") await receive();
      if (when === "inside the response") await start(send).then(() => piece(send, "part"));
      began.resolve();
      await left.promise;
      const event = await receive();
      await answer(send).catch(() => {});
      return [event.type, scope.connection.disconnectReason, await scope.connection.closed];
    });
    const client = createClient(app);
    const body = when === "inside the response" ? "" : new BodyScript().push("part");
    const exchange = client.open({ method: "POST", body });
    await began.promise;
    if (when === "inside the response") await exchange.read();
    exchange.disconnect("client_timeout");
    left.resolve();
    assert.deepEqual(await result, ["http.disconnect", "client_timeout", "client_timeout"]);
    assert.equal(await exchange.settled, undefined);
    assert.equal(exchange.complete, false);
  });
}

test("the events of an exchange and the end of the app's call are kept (without a socket)", async () => {
  const app = httpApp(async ({ receive, send }) => {
    await receive();
    await send({ type: "http.response.body", body: "too early" }).catch(() => {});
    await answer(send);
    throw new Error("after the end");
  });
  const client = createClient(app);
  const exchange = client.open();
  await exchange.response();
  assert.equal(((await exchange.settled) as Error).message, "after the end");
  assert.deepEqual(
    exchange.events.map(({ direction, event }) => `${direction} ${event.type}`),
    ["receive http.request", "send http.response.start", "send http.response.body"],
  );
  assert.match(client.logged.map(({ message }) => message).join(), /after the end/);
});

test("lifespan is run by hand and its state reaches requests (without a socket)", async () => {
  const notes: string[] = [];
  const http = httpApp(({ scope, send }) => answer(send, String(scope.state?.["name"])));
  const client = createClient(async (scope, receive, send) => {
    if (scope.type !== "lifespan") return http(scope, receive, send);
    notes.push((await receive()).type);
    if (scope.state !== undefined) scope.state["name"] = "filled";
    await send({ type: "lifespan.startup.complete" });
    notes.push((await receive()).type);
    return send({ type: "lifespan.shutdown.complete" });
  });
  await client.startup();
  assert.deepEqual(client.state, { name: "filled" });
  assert.equal((await client.request()).text(), "filled");
  await client.shutdown();
  assert.deepEqual(notes, ["lifespan.startup", "lifespan.shutdown"]);
});

test("a startup that fails rejects with its message (without a socket)", async () => {
  const client = createClient(async (_scope, receive, send) => {
    await receive();
    await send({ type: "lifespan.startup.failed", message: "no database" });
  });
  await assert.rejects(client.startup(), /no database/);
});

test("a request that no server would take is refused with its rule (without a socket)", () => {
  const client = createClient(echo());
  assert.throws(() => client.open({ headers: [["X A", "1"]] }), /malformed field name/);
  assert.throws(() => client.open({ headers: [["X-A", "a\r\nb"]] }), /400|malformed|forbidden/);
});

test("lint stands around the app unless it is taken away (without a socket)", async () => {
  const says = async (options: { readonly lint?: boolean }): Promise<string> => {
    const exchange = createClient(async () => {}, options).open();
    assert.equal((await exchange.response()).status, 500);
    return String(await exchange.settled);
  };
  assert.match(await says({}), /ContractError: HTTP-25: /);
  assert.equal(await says({ lint: false }), "undefined");
});

test("surroundings are what the options say (without a socket)", async () => {
  const { app, result } = watched(async ({ scope, send }) => {
    await answer(send);
    return [
      scope.scheme,
      scope.rootPath,
      scope.path,
      scope.client,
      scope.server,
      Object.keys(scope.extensions),
    ];
  });
  const client = createClient(app, {
    scheme: "https",
    rootPath: "/app",
    client: null,
    server: ["/run/app.sock", null],
    extensions: { earlyHints: undefined, fullflush: undefined, logger: undefined },
  });
  await client.request({ path: "/x" });
  const server = ["/run/app.sock", null];
  assert.deepEqual(await result, ["https", "/app", "/x", undefined, server, ["requestTrailers"]]);
});

test("only http, https and unix URLs lead to a server", () => {
  for (const url of ["ws://a/", "ftp://a", "nonsense"]) {
    assert.throws(() => createLiveClient(url), /give an http\(s\):\/\/host:port or unix:\/path URL/);
  }
});
