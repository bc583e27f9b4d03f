/** Runs middleware between two lints: what it gives the app and what it gives the server are both checked. */
import { lint } from "#src/middleware/lint.js";
import type { App, Middleware } from "#src/pagi/app.js";

/** The app with each middleware checked on both sides, the first outermost. */
export function linted(app: App, ...middleware: readonly Middleware[]): App {
  return middleware.reduceRight((inner, layer) => lint()(layer(inner)), lint()(app));
}
