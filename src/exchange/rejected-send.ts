/** A `send` that was refused. */
import type { Logger } from "../pagi/extension.ts";
import { describeError } from "./describe-error.ts";

/**
 * A promise that is rejected with `error`. The app may forget to await it; the error is logged then and must not end
 * the process.
 */
export function rejectedSend(error: unknown, log: Logger): Promise<void> {
  const rejection = Promise.reject(error);
  rejection.catch(() => log({ level: "debug", message: `send rejected: ${describeError(error)}` }));
  return rejection;
}
