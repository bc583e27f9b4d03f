/** How lint follows one call: sends, receives, the end, and what an app does with its scope. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClosedError, HttpError, UsageError } from "#src/http/errors.js";
import { lint, lintPsgi, type LintOptions } from "#src/middleware/lint.js";
import type { App, Receive } from "#src/pagi/app.js";
import type { SendEvent } from "#src/pagi/event.js";
import type { Scope } from "#src/pagi/scope.js";
import { appDoes, callerDelivers, callLinted, quotes } from "../support/lint.js";
import { handConnection, httpScope, webSocketScope } from "../support/scope.js";

const start = { type: "http.response.start", status: 200 } as const;
const end = { type: "http.response.body", body: "Hello" } as const;
const piece = { type: "http.request", body: new Uint8Array(1), more: true };
const lastPiece = { ...piece, more: false };
const gone = { type: "http.disconnect", reason: "client_closed" };
const whole = { type: "http.disconnect", reason: null };

function ended(reason: string | null): Scope {
  return httpScope({ connection: { ...handConnection(), isConnected: false, disconnectReason: reason } });
}

test("APP-1: lint refuses to wrap what is no app", () => quotes("APP-1", "PAGI", () => lint()({} as App)));
appDoes("APP-1", "an app returns a promise", (() => undefined) as unknown as App);
appDoes("APP-7", "sends do not overlap", async (_scope, _receive, send) => {
  await Promise.all([send(start), send(end)]);
});
appDoes("APP-7", "an overlap is told even when nobody waits", async (_scope, _receive, send) => {
  const first = send(start);
  void send(end);
  await first;
  await send(end);
});
appDoes("SCOPE-17", "an app leaves its scope alone", async (scope, _receive, send) => {
  (scope as { path: string }).path = "/other";
  await send(start);
  await send(end);
});
appDoes(
  "SCOPE-17",
  "an app leaves the headers alone",
  async (scope, _receive, send) => {
    (scope as unknown as { headers: unknown[] }).headers.push(["x-a", "1"]);
    await send(start);
    await send(end);
  },
  { scope: httpScope({ headers: [["host", "a"]] }) },
);

test("APP-6: an app waits for its last send", async () => {
  const app: App = async (_scope, _receive, send) => {
    await send(start);
    void send(end);
  };
  const slow = (event: SendEvent): Promise<void> =>
    event.type === "http.response.start" ? Promise.resolve() : new Promise(() => undefined);
  await quotes("APP-6", "PAGI", () => lint()(app)(httpScope(), async () => whole as never, slow));
});

test("lint refuses options it does not know", () => {
  assert.throws(() => lint({ strict: true } as LintOptions), UsageError);
  assert.throws(() => lintPsgi({ onViolation: 5 } as unknown as LintOptions), UsageError);
});

test("APP-6: a send after the app returned rejects and is logged", async () => {
  let late: Promise<void> = Promise.resolve();
  const logged: string[] = [];
  const logger = ({ message }: { readonly message: string }): void => void logged.push(message);
  const { result, sent, violations } = callLinted(
    async (_scope, _receive, send) => {
      await send(start);
      await send(end);
      setImmediate(() => (late = send(end)));
    },
    { scope: httpScope({ extensions: { logger } }) },
  );
  await result;
  await new Promise((resolve) => setImmediate(resolve));
  await quotes("APP-6", "PAGI", () => late);
  assert.equal(sent.length, 2);
  assert.equal(violations.length, 1);
  assert.match(logged.join(), /^APP-6: /);
});

callerDelivers("APP-14", "an event is an object", ["http.request"]);
callerDelivers("APP-14", "an event has a type", [{}]);
callerDelivers("APP-16", "a request ends with its own event", [{ type: "sse.disconnect", reason: null }]);
callerDelivers("APP-17", "the disconnect repeats", [gone, piece], { scope: ended("client_closed") });
callerDelivers("APP-17", "the disconnect keeps its reason", [gone, whole], { scope: ended("client_closed") });
callerDelivers("APP-20", "reserved words are not for own events", [{ type: "http.chat" }]);
callerDelivers("HTTP-1", "a piece has bytes", [{ ...piece, body: "text" }]);
callerDelivers("HTTP-1", "a piece says whether more follows", [
  { type: "http.request", body: new Uint8Array() },
]);
callerDelivers("HTTP-2", "no piece follows the last", [lastPiece, piece]);
callerDelivers("HTTP-4", "a disconnect has a reason", [{ type: "http.disconnect" }], { scope: ended(null) });
callerDelivers("EXT-TRAIL-1", "trailers are offered first", [{ ...lastPiece, trailers: [] }]);
callerDelivers("EXT-TRAIL-1", "trailers come with the last piece", [{ ...piece, trailers: [] }], {
  scope: httpScope({ extensions: { requestTrailers: {} } }),
});
callerDelivers("CONN-13", "the connection changes before the event", [gone]);
callerDelivers("CONN-17", "event and connection agree", [gone], { scope: ended("read_error") });

const reviving = { ...handConnection(), isConnected: false } as ReturnType<typeof handConnection>;
callerDelivers("CONN-3", "a lost connection does not come back", [piece, piece], {
  scope: httpScope({ connection: reviving }),
  beforeReceive: () => {
    setImmediate(() => undefined);
    reviving.isConnected = reviving.responseStarted;
    (reviving as { responseStarted: boolean }).responseStarted = true;
  },
});

async function receives(receive: Receive, app: App): Promise<void> {
  await lint()(app)(httpScope(), receive, async () => undefined);
}

test("APP-9: a receive that was given up rejects with the signal's reason", async () => {
  const reason = new Error("enough");
  const receive = async (): Promise<never> => Promise.reject(reason);
  const app: App = async (_scope, inner) => void (await inner({ signal: AbortSignal.abort(reason) }));
  await assert.rejects(receives(receive, app), /enough/);
  const other: Receive = async () => Promise.reject(new Error("other"));
  await quotes("APP-9", "PAGI", () => receives(other, app));
});

test("APP-10: a receive never rejects because of the client", async () => {
  const app: App = async (_scope, receive) => void (await receive());
  await quotes("APP-10", "PAGI", () => receives(async () => Promise.reject(new Error("ECONNRESET")), app));
  await assert.rejects(
    receives(async () => Promise.reject(new HttpError(413, "too large")), app),
    /too large/,
  );
});

test("MID-9: the signal of a receive reaches the caller's receive", async () => {
  const { signal } = new AbortController();
  const seen: unknown[] = [];
  const receive: Receive = async (options) => {
    seen.push(options?.signal);
    return { type: "http.request", body: new Uint8Array(), more: false };
  };
  const app: App = async (_scope, inner, send) => {
    await inner({ signal });
    await send(start);
    await send(end);
  };
  await receives(receive, app);
  assert.deepEqual(seen, [signal]);
});

test("MID-1: lint inside lint sees the same call", async () => {
  const app: App = async (_scope, _receive, send) => {
    await send(start);
    await send(end);
  };
  const { result, sent } = callLinted(lint()(app));
  await result;
  assert.deepEqual(sent, [start, end]);
});

test("a fault of the caller that the app hides still ends the call", async () => {
  const { result } = callLinted(
    async (_scope, receive, send) => {
      await receive().catch(() => undefined);
      await send(start);
      await send(end);
    },
    { events: [{ type: "http.request" }] },
  );
  await quotes("HTTP-1", "PAGI", () => result);
});

test("a failed send leaves the state untouched, for lint and for the caller", async () => {
  const app: App = async (_scope, _receive, send) => {
    await send(start);
    await assert.rejects(send({ ...end, more: "yes" as unknown as boolean }));
    await assert.rejects(send({ type: "http.response.body", file: "/nowhere" }), ClosedError);
    await send(end);
  };
  const sent: unknown[] = [];
  await lint()(app)(
    httpScope(),
    async () => whole as never,
    async (event) => {
      if ("file" in event) throw new ClosedError("no such file");
      sent.push(event);
    },
  );
  assert.deepEqual(sent, [start, end]);
});

test("an app whose client has gone may stop anywhere", async () => {
  const app: App = async (_scope, receive, send) => {
    await send(start);
    await receive();
  };
  await callLinted(app, { scope: ended("client_closed"), events: [gone] }).result;
  await callLinted(async () => undefined, { scope: ended("client_closed") }).result;
});

test("an app's own error passes through", async () => {
  const app: App = async () => Promise.reject(new RangeError("mine"));
  await assert.rejects(callLinted(app).result, RangeError);
});

test("events with a first word of their own pass in both directions", async () => {
  const event = { type: "chat.message", text: "hi" };
  const app: App = async (_scope, receive, send) => {
    assert.deepEqual(await receive(), event);
    await send(event as never);
    await send(start);
    await send(end);
  };
  const { result, sent } = callLinted(app, { events: [event] });
  await result;
  assert.deepEqual(sent, [event, start, end]);
});

test("a send stays pending as long as the caller's does", async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const steps: string[] = [];
  const app: App = async (_scope, _receive, send) => {
    await send(start);
    steps.push("resumed");
    await send(end);
  };
  const call = lint()(app)(
    httpScope(),
    async () => whole as never,
    () => gate,
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(steps, []);
  release();
  await call;
  assert.deepEqual(steps, ["resumed"]);
});

test("a session that the peer closed needs no close of its own", async () => {
  const app: App = async (_scope, receive, send) => {
    await receive();
    await send({ type: "websocket.accept", subprotocol: "chat" });
    const event = await receive();
    assert.equal(event.type, "websocket.disconnect");
  };
  const events = [{ type: "websocket.connect" }, { type: "websocket.disconnect", code: 1005, reason: "" }];
  const connection = handConnection();
  const beforeReceive = (event: unknown) => {
    if (event !== events[0]) connection.isConnected = false;
  };
  await callLinted(app, { scope: webSocketScope({ connection }), events, beforeReceive }).result;
});
