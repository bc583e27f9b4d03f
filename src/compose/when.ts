/** Middleware for some requests only (spec/PAGI.md, MID-1). */
import type { Middleware } from "../pagi/app.ts";
import type { ExchangeScope } from "../pagi/scope.ts";

/** Decides about one request. */
export type Predicate = (scope: ExchangeScope) => boolean | Promise<boolean>;

/**
 * A middleware that acts only where `predicate` says so; all other requests go straight to the app.
 * The predicate is asked once per request and sees what outer middleware made of the scope. The
 * middleware is built once, and lifespan always goes through it.
 *
 * @example
 * wrap(app, when((scope) => scope.path.startsWith("/api/"), runtime()));
 */
export function when(predicate: Predicate, middleware: Middleware): Middleware {
  return (app) => {
    const wrapped = middleware(app);
    return async (scope, receive, send) => {
      const chosen = scope.type === "lifespan" || (await predicate(scope)) ? wrapped : app;
      return chosen(scope, receive, send);
    };
  };
}
