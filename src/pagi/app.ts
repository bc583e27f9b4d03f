/**
 * The message form of the contract: what an app is. Types only. Rules: `spec/PAGI.md` (APP-*, MID-*).
 */
import type { ReceiveEvent, SendEvent } from "./event.ts";
import type { Scope } from "./scope.ts";

/** How a pending `receive` is given up; the event it waited for stays for the next call (APP-9). */
export interface ReceiveOptions {
  readonly signal?: AbortSignal;
}

/** Waits for the next event of the exchange. Never rejects because of the client. */
export type Receive<Event extends ReceiveEvent = ReceiveEvent> = (options?: ReceiveOptions) => Promise<Event>;

/**
 * Sends one event. Resolves when the next may follow (this is the pacing), silently after the client
 * has gone; rejects with a `ContractError` when the event breaks a rule, and then nothing has changed.
 */
export type Send<Event extends SendEvent = SendEvent> = (event: Event) => Promise<void>;

/**
 * An application: one call per request, WebSocket session or event stream, and one per process for
 * lifespan. It is over when its promise settles; the value is ignored.
 *
 * @example
 * const app: App = async (scope, receive, send) => {
 *   if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
 *   await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
 *   await send({ type: "http.response.body", body: "Hello" });
 * };
 */
export type App = (scope: Scope, receive: Receive, send: Send) => Promise<void>;

/** Maps an app to an app. It never changes the scope it was given; it passes a derived one down. */
export type Middleware = (app: App) => App;
