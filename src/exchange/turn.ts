/** Gives the others a turn. */

/**
 * Resolves in a later turn of the event loop. An app that goes on sending to nobody would otherwise keep everything
 * else from running, the news of its client's end among it.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
