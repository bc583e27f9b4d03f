/** Answers HEAD like GET without the body (RFC 9110 §9.3.2). */
import { noBody } from "../compose/body-filter.ts";
import { filterResponse } from "../compose/filter-response.ts";
import type { Middleware } from "../pagi/app.ts";

/**
 * Drops the body of responses to HEAD, files included, and leaves status and headers as they are.
 * Servers never send such a body; with this, neither do middleware outside of it see one, and files
 * are not opened. The app runs as before and sees HEAD; a stream is emptied at its own pace.
 *
 * Put `contentLength` inside of it, where the body still is.
 *
 * @example
 * export default wrap(app, head(), contentLength());
 */
export function head(): Middleware {
  return (app) =>
    filterResponse(app, (_head, scope) =>
      "method" in scope && scope.method === "HEAD" ? noBody : undefined,
    );
}
