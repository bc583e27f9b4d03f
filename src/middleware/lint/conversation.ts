/** What lint keeps about one call of an app, whatever the type of its scope. */
import { pagiFault, shown } from "./fault.ts";
import { isRecord, type Unknowns } from "./value.ts";

/** Both directions of one call. Every method throws a `ContractError` when a rule is broken. */
export interface Conversation {
  /** True once a response or session has started. */
  readonly started: boolean;
  /** True once the disconnect event was delivered. */
  readonly gone: boolean;
  /** Takes note of an event of the app; on a fault nothing has changed. */
  sent(event: Unknowns): void;
  /** Forgets the last event: the caller refused it. */
  takeBack(): void;
  /** Takes note of an event for the app. */
  received(event: Unknowns): void;
  /** The app has returned: throws when something is missing. */
  finished(): void;
}

const RESERVED = /^(?:http|websocket|sse|lifespan|pagi)(?:\.|$)/;

/** Every event an app may receive, whatever its scope. */
const RECEIVED: ReadonlySet<string> = new Set([
  "http.request",
  "http.disconnect",
  "websocket.connect",
  "websocket.receive",
  "websocket.disconnect",
  "sse.request",
  "sse.disconnect",
  "lifespan.startup",
  "lifespan.shutdown",
]);

/** True for an event type that a middleware made up; lint lets it pass. */
export function isForeign(type: string): boolean {
  return !RESERVED.test(type);
}

/** The event of an app as a record with a string type. Throws for anything else. */
export function checkSent(event: unknown): Unknowns & { readonly type: string } {
  if (!isRecord(event)) throw pagiFault("APP-13", `the app sent ${shown(event)} as an event`);
  if (typeof event["type"] !== "string") {
    throw pagiFault("APP-13", `the app sent an event of type ${shown(event["type"])}`);
  }
  return event as Unknowns & { readonly type: string };
}

/** The event for an app as a record with a string type. Throws for anything else. */
export function checkReceived(event: unknown): Unknowns & { readonly type: string } {
  if (!isRecord(event)) throw pagiFault("APP-14", `receive gave ${shown(event)} as an event`);
  const { type } = event;
  if (typeof type !== "string") throw pagiFault("APP-14", `receive gave an event of type ${shown(type)}`);
  if (!isForeign(type) && !RECEIVED.has(type)) {
    throw pagiFault("APP-20", `receive gave ${shown(type)}, which nobody defined`);
  }
  return event as Unknowns & { readonly type: string };
}

/** Throws unless two disconnect events say the same. */
export function checkRepeated(first: Unknowns, event: Unknowns): void {
  const same = ["type", "reason", "code"].every((key) => first[key] === event[key]);
  if (!same) throw pagiFault("APP-17", `receive gave ${shown(event["type"])} after ${shown(first["type"])}`);
}
