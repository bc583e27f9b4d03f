/** Checks both sides of the contract while an app runs, and quotes the rule that was broken. */
import { checkOptions } from "../http/check-options.ts";
import type { ContractError } from "../http/errors.ts";
import type { Middleware } from "../pagi/app.ts";
import type { PsgiMiddleware } from "../psgi/app.ts";
import { pagiFault, psgiFault, shown } from "./lint/fault.ts";
import { LintedCall } from "./lint/linted-call.ts";
import { LintedPsgiCall } from "./lint/psgi-call.ts";

/** What lint may be told. */
export interface LintOptions {
  /** Called with every violation before it is thrown, for example to log it with its stack. */
  readonly onViolation?: (violation: ContractError) => void;
}

const silent = (): void => undefined;

/**
 * Wraps an app and checks every scope and event that passes against `spec/PAGI.md`. A violation by the app
 * rejects its `send` and leaves the state untouched; one by the caller rejects the call. Both are a
 * `ContractError` with the id of the rule. Streams and their pace stay as they are. Throws a `UsageError` for
 * unknown options.
 *
 * @example
 * const checked = lint({ onViolation: (violation) => log(violation.stack) })(app);
 */
export function lint(options: LintOptions = {}): Middleware {
  checkOptions("lint", options, { onViolation: "function" });
  const report = options.onViolation ?? silent;
  return (app) => {
    const given: unknown = app;
    if (typeof given !== "function") throw pagiFault("APP-1", `lint was given ${shown(given)} as an app`);
    return async (scope, receive, send) => new LintedCall(scope, receive, send, report).run(app);
  };
}

/**
 * Wraps a PSGI app and checks environment, response, body, responder and writer against `spec/PSGI.md`.
 * A violation is thrown where it happens, as a `ContractError` with the id of the rule. Throws a `UsageError`
 * for unknown options.
 *
 * @example
 * const checked = lintPsgi()((env) => [200, ["Content-Type", "text/plain"], ["Hello"]]);
 */
export function lintPsgi(options: LintOptions = {}): PsgiMiddleware {
  checkOptions("lintPsgi", options, { onViolation: "function" });
  const report = options.onViolation ?? silent;
  return (app) => {
    const given: unknown = app;
    if (typeof given !== "function") throw psgiFault("APP-1", `lintPsgi was given ${shown(given)} as an app`);
    return (env) => new LintedPsgiCall(env, report).run(app);
  };
}
