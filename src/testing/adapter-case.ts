/** What a case of the adapter suite is, and what it works with. */
import { nextTurn } from "../exchange/next-turn.ts";
import assert from "node:assert/strict";
import type { App, Receive, Send } from "../pagi/app.ts";
import type { Headers, HttpScope } from "../pagi/scope.ts";
import type { Loss } from "./adapter-loss.ts";
import { type AppClient, createClient } from "./app-client.ts";
import type { AppClientOptions } from "./app-setting.ts";
import { withDeadline } from "./deadline.ts";
import type { HttpCall } from "./suite/suite-tools.ts";

/** Converts a message app to another form and back. */
export type RoundTrip = (app: App) => App;

/** What a case works with. */
export interface AdapterKit {
  /** The conversion there and back. */
  readonly convert: RoundTrip;
  /** A client of the converted app; closed when the case ends. */
  client(app: App, options?: AppClientOptions): AppClient;
}

/** One case as it is written. */
export interface AdapterDefinition {
  /** `adapter-07`. Numbers never change their meaning. */
  readonly id: string;
  /** A sentence of behaviour. */
  readonly title: string;
  /** What a pair that cannot pass it loses. */
  readonly loss?: Loss;
  run(kit: AdapterKit): Promise<void>;
}

const CASE_MS = 10_000;

/** Runs a case and closes its clients however it ends. */
export async function runAdapterCase(definition: AdapterDefinition, convert: RoundTrip): Promise<void> {
  const clients: AppClient[] = [];
  const kit: AdapterKit = {
    convert,
    client(app, options) {
      const client = createClient(convert(app), options);
      clients.push(client);
      return client;
    },
  };
  try {
    await withDeadline(definition.run(kit), definition.id, CASE_MS);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

/** An app for http scopes; it declines all others. */
export function httpOnly(handle: (call: HttpCall) => Promise<unknown>): App {
  return async (scope, receive, send) => {
    if (scope.type === "http") await handle({ scope, receive, send });
  };
}

/** An app that answers `ok` and keeps its scopes. */
export function noting(scopes: HttpScope[]): App {
  return httpOnly(async ({ scope, send }) => {
    scopes.push(scope);
    await respond(send, "ok");
  });
}

/** Sends a whole response. */
export async function respond(
  send: Send,
  body: string | Uint8Array,
  headers: Headers = [["content-type", "text/plain"]],
): Promise<void> {
  await send({ type: "http.response.start", status: 200, headers });
  await send({ type: "http.response.body", body });
}

/** Receives the whole body. Rejects when it is cut short. */
export async function wholeBody(receive: Receive): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for (let more = true; more;) {
    const event = await receive();
    assert.ok(event.type === "http.request", "the body was cut short");
    pieces.push(event.body);
    more = event.more;
  }
  return Buffer.concat(pieces);
}

/** The values of a field. */
export function fieldValues(headers: Headers, name: string): string[] {
  return headers.filter((pair) => pair[0] === name).map(([, value]) => value);
}

/** Waits, turn by turn, until `check` holds. */
export async function until(check: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await nextTurn();
  }
}

/** A door that lets one wait through for each time it is opened, whichever comes first. */
export interface Gate {
  wait(): Promise<void>;
  open(): void;
}

/** Makes a closed {@link Gate}. */
export function closedGate(): Gate {
  let opened = 0;
  const waiting: (() => void)[] = [];
  return {
    async wait() {
      if (opened > 0) return void opened--;
      await new Promise<void>((resolve) => waiting.push(resolve));
    },
    open() {
      const next = waiting.shift();
      if (next === undefined) opened++;
      else next();
    },
  };
}
