/** What the cases share: apps that report what they saw, and checks on events. */
import assert from "node:assert/strict";
import { isTackError } from "../../http/errors.ts";
import type { App, Receive, Send } from "../../pagi/app.ts";
import type { SendEvent } from "../../pagi/event.ts";
import type { Headers, HttpScope } from "../../pagi/scope.ts";
import type { CaseKit } from "../suite-case.ts";
import { withDeadline } from "../deadline.ts";
import type { LiveClient } from "../live-client.ts";

/** The media type of most answers. */
export const PLAIN: Headers = [["content-type", "text/plain"]];

/** The scheme of the server that a client talks to; a unix socket is clear text. */
export function schemeOf({ url }: LiveClient): "http" | "https" {
  return url.startsWith("https:") ? "https" : "http";
}

/** A promise and the function that resolves it. */
export interface Signal<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

/** Makes a {@link Signal}. */
export function signal<Value = void>(): Signal<Value> {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** What one call of an http app is given. */
export interface HttpCall {
  readonly scope: HttpScope;
  readonly receive: Receive;
  readonly send: Send;
}

/** An app for http scopes only; it declines lifespan by throwing. */
export function httpApp(handle: (call: HttpCall) => Promise<unknown>): App {
  return async (scope, receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await handle({ scope, receive, send });
  };
}

/** An http app and what its first call came to: its value or its error. */
export interface Watched<Value> {
  readonly app: App;
  readonly result: Promise<Value>;
}

/** Makes an http app whose first call reports its value to the case. */
export function watched<Value>(handle: (call: HttpCall) => Promise<Value>): Watched<Value> {
  const first = signal<Value | Promise<Value>>();
  const result = withDeadline(first.promise as Promise<Value>, "the app to finish");
  result.catch(() => {});
  const app = httpApp((call) => {
    const running = handle(call);
    running.catch(() => {});
    first.resolve(running);
    return running;
  });
  return { app, result };
}

/** Sends a whole plain response. */
export async function answer(
  send: Send,
  body: string | Uint8Array = "ok",
  headers: Headers = PLAIN,
): Promise<void> {
  await send({ type: "http.response.start", status: 200, headers });
  await send({ type: "http.response.body", body });
}

/** Sends a start with status 200. */
export function start(send: Send, headers: Headers = PLAIN): Promise<void> {
  return send({ type: "http.response.start", status: 200, headers });
}

/** Sends one piece of a body. */
export function piece(send: Send, body: string | Uint8Array, more = true): Promise<void> {
  return send({ type: "http.response.body", body, more });
}

/** Checks that an event is refused with a `ContractError` that names a rule (APP-11). */
export async function refused(send: Send, event: unknown): Promise<void> {
  const shown = JSON.stringify(event);
  try {
    await send(event as SendEvent);
  } catch (error) {
    assert.ok(isTackError(error) && error.code === "CONTRACT", `${shown} fails with ${String(error)}`);
    const { rule } = error as unknown as { readonly rule: string };
    assert.match(rule, /^[A-Z]+(-[A-Z]+)*-[0-9]+$/, `the error for ${shown} names its rule`);
    return;
  }
  assert.fail(`${shown} was not refused`);
}

/** Bytes that are the same everywhere: a fixed sequence without a short period. */
export function fixture(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x2f6e2b1;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

/** Refuses events inside an app, answers `ok` afterwards, and checks that the answer is unharmed. */
export async function survives(kit: CaseKit, handle: (call: HttpCall) => Promise<void>): Promise<void> {
  const { app, result } = watched(handle);
  const client = await kit.serve(app);
  const response = await client.request();
  await result;
  assert.equal(response.status, 200);
  assert.equal(response.text(), "ok");
  assert.ok(response.complete);
}
