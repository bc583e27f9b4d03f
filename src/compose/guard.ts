/** Lets a request pass or answers it, on every kind of scope that is answered (spec/PAGI.md, MID-*). */
import type { App } from "../pagi/app.ts";
import type { ExchangeScope } from "../pagi/scope.ts";
import { isReply, type Reply } from "./reply.ts";

/** What a check may say: a reply answers, a derived scope passes in place of the given one, nothing passes. */
export type Verdict = Reply | ExchangeScope | void;

/**
 * Asks `check` before the app is called: it returns a `Reply` to answer in the app's place, a derived
 * scope to pass on what it found out, or nothing to let pass.
 *
 * It runs for http, sse and websocket alike, because one request header (`accept: text/event-stream`,
 * `upgrade: websocket`) decides which of them a request becomes; a guard of http alone is no guard.
 * Lifespan goes straight to the app. What `check` throws is what the guarded app throws.
 *
 * @example
 * const membersOnly = (app: App): App =>
 *   guard(app, (scope) => (hasHeader(scope.headers, "authorization") ? undefined : reply(401)));
 */
export function guard(app: App, check: (scope: ExchangeScope) => Verdict | Promise<Verdict>): App {
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return app(scope, receive, send);
    const verdict = await check(scope);
    if (isReply(verdict)) return verdict(scope, receive, send);
    return app(verdict ?? scope, receive, send);
  };
}
