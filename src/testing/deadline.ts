/** A bound on waiting, so that a hanging server fails one case and not the whole run. */

/** How long a case waits for a server that should answer at once. */
export const PATIENCE_MS = 5000;

/**
 * Settles as `work` does, or rejects with `waited for <what>` after `ms`.
 *
 * @example
 * await withDeadline(connection.ended, "the server to close");
 */
export async function withDeadline<Value>(
  work: Promise<Value>,
  what: string,
  ms: number = PATIENCE_MS,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${ms} ms for ${what}`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
