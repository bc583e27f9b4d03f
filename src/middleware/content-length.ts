/** Says how long a response is, where the app did not (RFC 9110 §8.6). */
import { filterResponse } from "../compose/filter-response.ts";
import type { Middleware } from "../pagi/app.ts";

/**
 * Adds `content-length` to responses whose body is at hand as a whole: one event that is the last.
 * Servers do so by themselves; this is for what stands between, such as a digest, a log or an adapter.
 *
 * It leaves alone what has the header already, streams, files (their server measures them), responses
 * with promised trailers, statuses without a body, and answers to HEAD whose body was left out. It
 * buffers nothing. Put it outside of middleware that changes bodies.
 *
 * @example
 * export default wrap(app, contentLength());
 */
export function contentLength(): Middleware {
  return (app) =>
    filterResponse(app, (head) => {
      if (head.length === undefined || head.has("content-length")) return;
      head.set("content-length", String(head.length));
    });
}
