/** Puts middleware around an app (spec/PAGI.md, MID-1). */
import { UsageError } from "../http/errors.ts";
import type { App, Middleware } from "../pagi/app.ts";

/**
 * Wraps `app` in middleware; the first is outermost, so they see a request in the order written and its
 * response in the opposite one. Throws a `UsageError` for anything that is no middleware and for one
 * that gives no app back.
 *
 * @example
 * export default wrap(app, runtime(), contentLength());
 */
export function wrap(app: App, ...middleware: readonly Middleware[]): App {
  if (typeof app !== "function") throw new UsageError(`wrap: expected an app, got ${describe(app)}`);
  return middleware.reduceRight((inner, layer, index) => applied(inner, layer, index + 1), app);
}

function applied(inner: App, layer: Middleware, place: number): App {
  const name = typeof layer === "function" && layer.name !== "" ? ` (${layer.name})` : "";
  if (typeof layer !== "function")
    throw new UsageError(`wrap: middleware ${place} is ${describe(layer)}, not a function from app to app`);
  const outer: unknown = layer(inner);
  if (typeof outer !== "function")
    throw new UsageError(`wrap: middleware ${place}${name} gave back ${describe(outer)}, not an app`);
  return outer as App;
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value === "object" ? "an object" : typeof value;
}
