/** The moment between the deadline of a stop and the end of lifespan. */
import { nextTurn } from "../exchange/next-turn.ts";

/** A bound in turns of the event loop, whatever the load. */
const MAX_TURNS = 20;

/** Gives those who were cut off the time to hear of it, and to tidy up, before the app is told that all is over. */
export async function afterCut(isQuiet: () => boolean): Promise<void> {
  for (let turn = 0; turn < MAX_TURNS && !isQuiet(); turn++) {
    await nextTurn();
  }
}
