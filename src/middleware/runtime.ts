/** Tells the client how long the app took to answer. */
import { editHead } from "../compose/edit-head.ts";
import { checkOptions } from "../http/check-options.ts";
import type { Middleware } from "../pagi/app.ts";

/** Options of {@link runtime}. */
export interface RuntimeOptions {
  /** Name of the header. @default "x-runtime" */
  readonly header?: string;
  /** Reads a clock in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/**
 * Adds `x-runtime`: the seconds, with six decimals, from the call of the app to the head of its answer,
 * on responses, event streams and accepted WebSockets. A header the app or an inner layer has set stays.
 *
 * It measures what it wraps: outermost the whole stack, innermost the app alone. Times help those who
 * guess secrets by them, so leave it out where that matters.
 *
 * @example
 * export default wrap(app, runtime());
 */
export function runtime(options: RuntimeOptions = {}): Middleware {
  checkOptions("runtime", options, { header: "string", now: "function" });
  const { header = "x-runtime", now = () => performance.now() } = options;
  return (app) => (scope, receive, send) => {
    const begin = now();
    const timed = editHead(app, (head) => {
      if (!head.has(header)) head.set(header, ((now() - begin) / 1000).toFixed(6));
    });
    return timed(scope, receive, send);
  };
}
