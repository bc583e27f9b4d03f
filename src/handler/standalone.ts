/** `tackup -s standalone`: one process, HTTP/1.1 on an engine of its own and HTTP/2 on that of node. */
import type { Handler } from "../server/handler.ts";
import { serve, type ServeOptions } from "../server/server.ts";

/** The options of {@link standalone}: listen URLs, limits by name, a logger. */
export type StandaloneOptions = ServeOptions;

/**
 * Serves an app from this process: for development, for tests, and for production where one core is enough.
 * `run` rejects with a `UsageError` when startup fails or a place cannot be listened on.
 *
 * @example
 * const running = await standalone({ listen: ["http://127.0.0.1:8225"] }).run(app);
 * console.log(running.url);
 */
export function standalone(options: StandaloneOptions = {}): Handler {
  return { name: "standalone", run: (app) => serve(app, options) };
}
