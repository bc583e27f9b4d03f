/** Gives the others a turn: what keeps an app that sends without end from keeping the event loop to itself. */

/**
 * Resolves in a later turn of the event loop, after what sockets and timers had to say. Awaiting a promise that is
 * resolved already never gets there.
 *
 * ```ts
 * while (hasMore()) {
 *   take();
 *   await nextTurn();
 * }
 * ```
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
