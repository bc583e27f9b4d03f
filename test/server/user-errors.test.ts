import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "tack";
import { connected, GET, httpApp, okApp, restOf, started } from "./server-tools.js";

const bare: unknown = Object.create(null);
const sly: unknown = Object.defineProperty(new Error("sly"), "stack", {
  get: () => {
    throw new Error("no stack for you");
  },
});

for (const [what, thrown] of [
  ["nothing", undefined],
  ["an object without prototype", bare],
  ["an error whose stack throws", sly],
  ["a symbol", Symbol("oops")],
] as const) {
  test(`APP-4: an app that throws ${what} gets a 500 sent, and the server goes on`, async () => {
    const app = httpApp(() => {
      throw thrown;
    });
    const running = await started(app);
    const connection = await connected(running);
    await connection.write(GET);
    assert.equal((await connection.responses.head("GET")).status, 500);
    await running.close({ graceMs: 10_000 });
  });
}

test("EXT-LOG-2: a logger that throws ends nothing", async () => {
  const log = (): never => {
    throw new Error("disk full");
  };
  const app = httpApp((scope) => {
    if (scope.type === "http") scope.extensions.logger!({ level: "info", message: "hello" });
    throw new Error("broken app");
  });
  const connection = await connected(await started(app, { log }));
  await connection.write(GET);
  assert.equal((await connection.responses.head("GET")).status, 500);
});

/** Registers what throws, in both ways, with every kind of listener; then answers with much. */
const hostile: App = httpApp(async (scope, _receive, send) => {
  if (scope.type !== "http") return;
  const { connection, transport } = scope;
  const throwing = (): never => {
    throw new Error("listener broke");
  };
  const rejecting = async (): Promise<void> => throwing();
  for (const listener of [throwing, rejecting]) {
    connection.onComplete(listener);
    connection.onDisconnect(listener);
    transport?.onHighWater(listener);
    transport?.onDrain(listener);
  }
  await send({ type: "http.response.start", status: 200 });
  await send({ type: "http.response.body", body: new Uint8Array(1 << 22) });
});

test("CONN-7, TRANS-5: listeners that throw or reject reach nobody but the log", async () => {
  const messages: string[] = [];
  const running = await started(hostile, { log: ({ message }) => void messages.push(message) });
  const connection = await connected(running);
  await connection.write("GET / HTTP/1.0\r\n\r\n");
  assert.equal((await connection.responses.head("GET")).status, 200);
  assert.equal((await connection.source.rest()).length, 1 << 22);
  await running.close({ graceMs: 5000 });
  const failures = messages.filter((message) => message.includes("listener broke"));
  assert.equal(failures.length, 6);
});

test("APP-4: unknown events, late sends and sends that nobody awaits end nothing", async () => {
  const app = httpApp(async (scope, receive, send) => {
    void send(null as never);
    void send({ type: "http.response.body", body: "early" });
    await okApp(scope, receive, send);
    void send({ type: "http.response.body", body: "late" });
  });
  const connection = await connected(await started(app));
  await connection.write(`${GET}GET / HTTP/1.0\r\n\r\n`);
  assert.equal((await restOf(connection)).split("HTTP/1.1 200 OK").length, 3);
});
