/** Extensions that hand the app an object: what it may do with them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { App } from "#src/pagi/app.js";
import type { Extensions, IoExtension, LogLevel, RawSocket } from "#src/pagi/extension.js";
import type { Scope } from "#src/pagi/scope.js";
import { appDoes, callLinted, quotes } from "../support/lint.js";
import { httpScope } from "../support/scope.js";

const start = { type: "http.response.start", status: 200 } as const;
const end = { type: "http.response.body" } as const;

function offering(): Scope {
  const take = () => ({ socket: {} as RawSocket, head: new Uint8Array() });
  return httpScope({ extensions: { io: { take }, logger: () => undefined } satisfies Extensions });
}

function io(scope: Scope): IoExtension {
  assert.ok(scope.type !== "lifespan" && scope.extensions.io !== undefined);
  return scope.extensions.io;
}

function log(scope: Scope, entry: { readonly level: string; readonly message: unknown }): void {
  assert.ok(scope.type !== "lifespan");
  scope.extensions.logger?.(entry as { level: LogLevel; message: string });
}

appDoes("EXT-IO-2", "a socket is taken once", async (scope) => void [io(scope).take(), io(scope).take()], {
  scope: offering(),
});
appDoes(
  "EXT-IO-2",
  "a socket is taken before the start",
  async (scope, _receive, send) => {
    await send(start);
    io(scope).take();
  },
  { scope: offering() },
);
appDoes(
  "EXT-IO-3",
  "nothing is sent after the socket was taken",
  async (scope, _receive, send) => {
    io(scope).take();
    await send(start);
  },
  { scope: offering() },
);
appDoes(
  "EXT-LOG-1",
  "a log level is known",
  async (scope) => log(scope, { level: "warning", message: "x" }),
  {
    scope: offering(),
  },
);
appDoes("EXT-LOG-1", "a log message is text", async (scope) => log(scope, { level: "warn", message: 5 }), {
  scope: offering(),
});

test("an app that took the socket owes no response", async () => {
  await callLinted(async (scope) => void io(scope).take(), { scope: offering() }).result;
});

test("watching an extension neither copies nor changes the caller's scope", async () => {
  const scope = offering();
  const before = scope.type === "http" ? scope.extensions : undefined;
  const app: App = async (inner, _receive, send) => {
    assert.ok(inner.type === "http" && scope.type === "http");
    assert.equal(inner.connection, scope.connection);
    assert.equal(inner.headers, scope.headers);
    await send(start);
    await send(end);
  };
  await callLinted(app, { scope }).result;
  assert.ok(scope.type === "http" && scope.extensions === before);
});

test("EXT-2: the message names the missing key", async () => {
  const app: App = async (_scope, _receive, send) =>
    send({ type: "http.response.informational", status: 103 });
  await quotes("EXT-2", "PAGI", () => callLinted(app).result);
  await assert.rejects(callLinted(app).result, /scope\.extensions has no earlyHints/);
});
