/** How the launcher ends: exit codes, and errors that carry theirs. */
import { isTackError } from "../http/errors.ts";
import { LifespanError } from "../exchange/lifespan.ts";
import { ListenError } from "../server/listen-error.ts";

/** Exit codes, listed in `docs/cli.md`. A forced stop ends with 128 plus the number of the signal. */
export const EXIT = {
  ok: 0,
  /** Something broke that no other code names. */
  failure: 1,
  /** An option or argument is wrong. */
  usage: 2,
  /** The app or the handler cannot be loaded. */
  load: 3,
  /** The app refused to start: lifespan startup failed. */
  startup: 4,
  /** An address cannot be listened on. */
  listen: 5,
  /** `--check` found a broken rule. */
  check: 6,
} as const;

/** Ends the launcher with a message for people, and `detail` (a stack of the app's own) below it. */
export class LaunchError extends Error {
  readonly exitCode: number;
  readonly detail: string | undefined;

  constructor(exitCode: number, message: string, options: { cause?: unknown; detail?: string } = {}) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.name = "LaunchError";
    this.exitCode = exitCode;
    this.detail = options.detail;
  }
}

/**
 * The exit code and the text for whatever ended the launcher.
 *
 * @example
 * const { code, text } = explainExit(error);
 */
export function explainExit(error: unknown): { readonly code: number; readonly text: string } {
  if (error instanceof LaunchError) {
    return { code: error.exitCode, text: [error.message, error.detail].filter(Boolean).join("\n") };
  }
  if (error instanceof ListenError) return { code: EXIT.listen, text: error.message };
  if (error instanceof LifespanError) return { code: EXIT.startup, text: error.message };
  if (isTackError(error) && error.code === "USAGE") return { code: EXIT.usage, text: error.message };
  return {
    code: EXIT.failure,
    text: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}
