/** Whether a client takes what a stream has for it, when all that is known are whole pieces and the connection's bytes. */
import type { OutputCount } from "../deadlines.ts";
import type { Limits } from "../limits.ts";

/** How many times the deadline a piece may take while its connection moves. */
const PATIENCE = 10;

/** What a stream tells of its output. */
export interface StreamOutput {
  readonly acceptedBytes: number;
  readonly unsentBytes: number;
}

/**
 * Counts the output of one stream for its deadlines. Streams share a connection: on a slow one with many of them each
 * moves but seldom, so the connection's bytes are progress too, for a while; a client that takes one stream must not
 * hold others for ever.
 *
 * @example
 * deadlines.noteOutput(progress.count(output, socket.bytesWritten, now, limits), now);
 */
export class OutputProgress {
  #waiting = 0;
  #movedAt = 0;

  /** `sentBytes`: all that the connection ever sent. */
  count(output: StreamOutput, sentBytes: number, now: number, limits: Limits): OutputCount {
    const { acceptedBytes: accepted, unsentBytes: waiting } = output;
    if (waiting < this.#waiting || this.#waiting === 0) this.#movedAt = now;
    this.#waiting = waiting;
    const isPatient = now - this.#movedAt < PATIENCE * limits.writeTimeoutMs;
    return { accepted, waiting, inSystem: isPatient ? sentBytes : 0 };
  }
}
