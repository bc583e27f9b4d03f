/** Registers tests that break one rule of the message form and expect its id; `spec.test.ts` reads their ids. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ContractError } from "#src/http/errors.js";
import { lint } from "#src/middleware/lint.js";
import type { App } from "#src/pagi/app.js";
import type { ReceiveEvent, SendEvent } from "#src/pagi/event.js";
import type { Scope } from "#src/pagi/scope.js";
import { httpScope } from "./scope.js";

/** An event of a test, which may be as wrong as it likes. */
export type AnyEvent = unknown;

/** What surrounds the call. */
export interface Surroundings {
  readonly scope?: Scope;
  /** What `receive` gives, in order; the last one repeats. */
  readonly events?: readonly AnyEvent[];
  /** Runs before each `receive` resolves, to end a connection in time. */
  readonly beforeReceive?: (event: AnyEvent) => void;
}

/** The call of an app under lint: what reached the caller, and how the call settled. */
export interface Linted {
  readonly sent: readonly AnyEvent[];
  readonly result: Promise<void>;
  readonly violations: readonly ContractError[];
}

/** Calls `app` under lint. */
export function callLinted(app: App, around: Surroundings = {}): Linted {
  const sent: AnyEvent[] = [];
  const violations: ContractError[] = [];
  const events = [...(around.events ?? [{ type: "http.request", body: new Uint8Array(), more: false }])];
  const receive = async (): Promise<ReceiveEvent> => {
    const event = events.length > 1 ? events.shift() : events[0];
    around.beforeReceive?.(event);
    return event as ReceiveEvent;
  };
  const send = async (event: SendEvent): Promise<void> => void sent.push(event);
  const checked = lint({ onViolation: (violation) => violations.push(violation) })(app);
  return { sent, violations, result: checked(around.scope ?? httpScope(), receive, send) };
}

/** Resolves when `work` rejects or throws with a `ContractError` for `rule` whose message quotes the id. */
export async function quotes(rule: string, page: string, work: () => unknown): Promise<void> {
  await assert.rejects(
    async () => void (await work()),
    (error: ContractError) => {
      assert.equal(error.rule, rule, String(error));
      assert.equal(error.code, "CONTRACT");
      assert.ok(error.message.startsWith(`${rule}: `), error.message);
      assert.ok(error.message.endsWith(`(spec/${page}.md).`), error.message);
      return true;
    },
  );
}

/** The app sends `events`; the last one rejects with `rule` and never reaches the caller. */
export function appSends(rule: string, title: string, events: readonly AnyEvent[], scope?: Scope): void {
  test(`${rule}: ${title}`, async () => {
    const app: App = async (_scope, receive, send) => {
      if (_scope.type === "lifespan") await receive();
      for (const event of events.slice(0, -1)) await send(event as SendEvent);
      await quotes(rule, "PAGI", () => send(events.at(-1) as SendEvent));
      throw new Error("seen");
    };
    const startup = [{ type: "lifespan.startup" }];
    const around = scope === undefined ? {} : { scope };
    const { sent, result, violations } = callLinted(
      app,
      scope?.type === "lifespan" ? { ...around, events: startup } : around,
    );
    await assert.rejects(result, /seen/);
    assert.equal(sent.length, events.length - 1);
    assert.deepEqual(
      violations.map((violation) => violation.rule),
      [rule],
    );
  });
}

/** The app sends `events` and returns; its call rejects with `rule`. */
export function appReturns(
  rule: string,
  title: string,
  events: readonly AnyEvent[],
  around?: Surroundings,
): void {
  appDoes(
    rule,
    title,
    async (_scope, _receive, send) => {
      for (const event of events) await send(event as SendEvent);
    },
    around,
  );
}

/** The call of `app` rejects with `rule`. */
export function appDoes(rule: string, title: string, app: App, around?: Surroundings): void {
  test(`${rule}: ${title}`, () => quotes(rule, "PAGI", () => callLinted(app, around).result));
}

/** The caller gives `scope`; the call rejects with `rule` and the app never runs. */
export function callerGives(rule: string, title: string, scope: unknown): void {
  test(`${rule}: ${title}`, async () => {
    let ran = false;
    const app: App = async () => void (ran = true);
    await quotes(rule, "PAGI", () => callLinted(app, { scope: scope as Scope }).result);
    assert.equal(ran, false);
  });
}

/** The caller delivers `events`, after the app has sent `sends`; the last `receive` rejects with `rule`. */
export function callerDelivers(
  rule: string,
  title: string,
  events: readonly AnyEvent[],
  around: Surroundings & { readonly sends?: readonly AnyEvent[] } = {},
): void {
  test(`${rule}: ${title}`, async () => {
    let received = 0;
    const app: App = async (_scope, receive, send) => {
      for (const event of around.sends ?? []) await send(event as SendEvent);
      for (; received < events.length; received += 1) await receive();
    };
    await quotes(rule, "PAGI", () => callLinted(app, { ...around, events }).result);
    assert.equal(received, events.length - 1);
  });
}
