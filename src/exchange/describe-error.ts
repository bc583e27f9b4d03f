/** What was thrown, in words for a log. */

/** The stack of an error, or the text of anything else. Never throws, whatever it is given. */
export function describeError(error: unknown): string {
  try {
    return error instanceof Error ? String(error.stack ?? error.message) : String(error);
  } catch {
    return "something that has no text";
  }
}
