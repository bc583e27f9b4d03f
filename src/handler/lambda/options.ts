/** How an app is run on AWS Lambda. */
import { checkOptions } from "../../http/check-options.ts";
import { UsageError } from "../../http/errors.ts";
import { isPathPrefix } from "../../http/path.ts";
import type { Logger } from "../../pagi/extension.ts";

/** The options of `lambda`. */
export interface InstanceOptions {
  /** Where trouble is reported. @default standard error, from warnings up: the function's own log */
  readonly log?: Logger;
  /**
   * A prefix that the paths of events begin with and that belongs to the domain, as the base path mapping of a custom
   * domain does: where it is there, it is moved to `rootPath`. A stage of a generated domain is found without it.
   */
  readonly basePath?: string;
  /** A prefix that somebody in front of the gateway has cut off (PATH-11). */
  readonly rootPath?: string;
  /** How long before the end of its time an invocation is answered with 504 in the app's place. @default 500 */
  readonly deadlineMarginMs?: number;
  /** What the context's `callbackWaitsForEmptyEventLoop` is set to. @default false */
  readonly waitForEmptyEventLoop?: boolean;
  /** How long lifespan startup, and later shutdown, may take. @default 60_000 */
  readonly lifespanTimeoutMs?: number;
}

/** Throws a `UsageError` for anything but these options. */
export function checkLambdaOptions(options: object): void {
  checkOptions("lambda", options, {
    log: "function",
    basePath: "string",
    rootPath: "string",
    deadlineMarginMs: "number",
    waitForEmptyEventLoop: "boolean",
    lifespanTimeoutMs: "number",
    streaming: "boolean",
    platform: "object",
  });
  for (const name of ["basePath", "rootPath"] as const) {
    const prefix = (options as InstanceOptions)[name] ?? "";
    if (isPathPrefix(prefix)) continue;
    throw new UsageError(
      `lambda: ${name} must be whole segments like /api/v1, not ${JSON.stringify(prefix)}`,
    );
  }
}
