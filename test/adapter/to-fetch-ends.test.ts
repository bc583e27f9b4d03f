/** How calls through `toFetch` end, and what stands around them: failures, lifespan, what platforms hand over. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromFetch, toFetch } from "#src/adapter/fetch.js";
import { HttpError } from "#src/http/errors.js";
import type { App } from "#src/pagi/app.js";
import { createClient } from "#src/testing/app-client.js";

const request = (): Request => new Request("http://tack.test/");

function answering(body: string): App {
  return async (scope, _receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await send({ type: "http.response.start", status: 200 });
    await send({ type: "http.response.body", body });
  };
}

function sending(...events: Parameters<Parameters<App>[2]>[0][]): App {
  return async (scope, _receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    for (const event of events) await send(event);
  };
}

function logged(): { lines: string[]; log: (entry: { readonly message: string }) => void } {
  const lines: string[] = [];
  return { lines, log: ({ message }) => void lines.push(message) };
}

const head = { type: "http.response.start", status: 200 } as const;

test("no response is a 500, and an HttpError its own answer (HTTP-27)", async () => {
  const { lines, log } = logged();
  const response = await toFetch(sending(), { log }).fetch(request());
  assert.equal(response.status, 500);
  assert.match(lines.join("\n"), /without a response/);
  const refusing: App = async (scope) => {
    if (scope.type === "http") throw new HttpError(404, "no such page", { headers: [["x-why", "gone"]] });
  };
  const refused = await toFetch(refusing).fetch(request());
  assert.deepEqual([refused.status, refused.headers.get("x-why")], [404, "gone"]);
  assert.equal(await refused.text(), "no such page\n");
});

test("an incomplete response gives its pieces and then an error (HTTP-28)", async () => {
  const app = sending(head, { type: "http.response.body", body: "part", more: true });
  const response = await toFetch(app).fetch(request());
  const reader = response.body!.getReader();
  assert.equal(Buffer.from((await reader.read()).value!).toString(), "part");
  await assert.rejects(reader.read(), /cut short/);
});

test("trailers are accepted and dropped (HTTP-20)", async () => {
  const response = await toFetch(
    sending(
      { ...head, trailers: true },
      { type: "http.response.body", body: "text" },
      { type: "http.response.trailers", headers: [["x-sum", "1"]] },
    ),
  ).fetch(request());
  assert.equal(await response.text(), "text");
  assert.equal(response.headers.get("x-sum"), null);
});

test("events of extensions that are not offered are refused (EXT-2)", async () => {
  for (const event of [
    { type: "http.response.informational", status: 103 },
    { type: "http.fullflush" },
  ] as const) {
    const { lines, log } = logged();
    const response = await toFetch(sending(event), { log }).fetch(request());
    assert.equal(response.status, 500);
    assert.match(lines.join("\n"), /EXT-2/);
  }
});

test("a status that a Response cannot have becomes a 500 and is logged", async () => {
  const { lines, log } = logged();
  const app = sending({ ...head, status: 700 }, { type: "http.response.body", body: "odd" });
  assert.equal((await toFetch(app, { log }).fetch(request())).status, 500);
  assert.match(lines.join("\n"), /cannot have the status 700/);
});

test("the app's abort before the head rejects, and tells the app app_abort (CONN-15)", async () => {
  const { fetch } = toFetch(async (scope) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    scope.connection.abort("enough");
    assert.equal(await scope.connection.closed, "app_abort");
  });
  await assert.rejects(fetch(request()), /cut short/);
});

test("lifespan starts once before the first request, shares its state and ends with close (LIFE-2, SCOPE-9)", async () => {
  const seen: string[] = [];
  const app: App = async (scope, receive, send) => {
    if (scope.type === "lifespan") {
      seen.push((await receive()).type);
      scope.state!["db"] = "open";
      await send({ type: "lifespan.startup.complete" });
      seen.push((await receive()).type);
      return send({ type: "lifespan.shutdown.complete" });
    }
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    seen.push(String(scope.state!["db"]));
    scope.state!["db"] = "mine";
    await send(head);
    await send({ type: "http.response.body", body: "ok" });
  };
  const { fetch, close } = toFetch(app);
  await Promise.all([fetch(request()), fetch(request())]);
  await Promise.all([close(), close()]);
  assert.deepEqual(seen, ["lifespan.startup", "open", "open", "lifespan.shutdown"]);
  assert.equal((await fetch(request())).status, 503);
});

test("an app that refuses to start answers 500, and startup rejects (LIFE-7)", async () => {
  const { lines, log } = logged();
  const { fetch, startup, close } = toFetch(
    async (_scope, receive, send) => {
      await receive();
      await send({ type: "lifespan.startup.failed", message: "no database" });
    },
    { log },
  );
  assert.equal((await fetch(request())).status, 500);
  await assert.rejects(startup(), /no database/);
  assert.match(lines.join("\n"), /no database/);
  await close();
});

test("close waits for running calls, and cuts them when their time is over (LIFE-8)", async () => {
  let release = (): void => undefined;
  const reasons: unknown[] = [];
  const app: App = async (scope, _receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await send(head);
    await send({ type: "http.response.body", body: "part", more: true });
    await Promise.race([new Promise<void>((resolve) => (release = resolve)), scope.connection.closed]);
    reasons.push(scope.connection.disconnectReason);
    await send({ type: "http.response.body", body: "end" });
  };
  const patient = toFetch(app);
  const whole = await patient.fetch(request());
  const closing = patient.close();
  release();
  await closing;
  assert.equal(await whole.text(), "partend");
  const hasty = toFetch(app);
  const cut = await hasty.fetch(request());
  await hasty.close({ graceMs: 1 });
  await assert.rejects(cut.text(), /cut short/);
  assert.deepEqual(reasons, [null, "server_shutdown"]);
});

test("waitUntil gets the call, which may go on after its response", async () => {
  let isDone = false;
  const app: App = async (scope, receive, send) => {
    await answering("ok")(scope, receive, send);
    await new Promise((resolve) => setImmediate(resolve));
    isDone = true;
  };
  const work: Promise<unknown>[] = [];
  const execution = { waitUntil: (promise: Promise<unknown>) => void work.push(promise) };
  await toFetch(app).fetch(request(), { SECRET: "x" }, execution);
  assert.equal(isDone, false);
  assert.equal(work.length, 1);
  await work[0];
  assert.equal(isDone, true);
});

test("the client's address comes from the context or from the facts option (SCOPE-7)", async () => {
  const app: App = async (scope, receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await answering(JSON.stringify(scope.client))(scope, receive, send);
  };
  const context = { clientAddress: ["192.0.2.1", 99] };
  const first = await toFetch(app).fetch(request(), context);
  assert.deepEqual(await first.json(), ["192.0.2.1", 99]);
  const facts = (_request: Request, address: unknown): { client: [string, number] } => ({
    client: [String(address), 0],
  });
  const second = await toFetch(app, { facts }).fetch(request(), "192.0.2.2");
  assert.deepEqual(await second.json(), ["192.0.2.2", 0]);
});

test("there and back again keeps cookies, text and the order of pieces", async () => {
  const cookies = [
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
  ] as const;
  const app = fromFetch(
    toFetch(
      sending(
        { ...head, headers: cookies, statusText: "Fine" },
        { type: "http.response.body", body: "one,", more: true },
        { type: "http.response.body", body: "two" },
      ),
    ),
  );
  const response = await createClient(app).request();
  assert.equal(response.statusText, "Fine");
  assert.equal(response.text(), "one,two");
  assert.deepEqual(
    response.headers.filter(([name]) => name === "set-cookie"),
    cookies,
  );
});

test("wrong options are refused when the handler is made", () => {
  const app = answering("");
  assert.throws(() => toFetch(app, { rootPth: "" } as never), /toFetch: unknown option "rootPth"/);
  assert.throws(() => toFetch(app, { rootPath: "api/" }), /toFetch: rootPath must be whole segments/);
});
