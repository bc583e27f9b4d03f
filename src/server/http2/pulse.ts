/** Whether the client of a connection is still there. */
import type { Limits } from "../limits.ts";

/**
 * Listens for signs of life on a connection whose requests may be open for long. One that says nothing is asked, and gone
 * when it does not answer: an older node also stops reading for good when a client breaks the protocol, and so never
 * learns that it has left.
 *
 * @example
 * const pulse = new Pulse(socket.bytesRead, clock.now);
 * if (pulse.look(socket.bytesRead, clock.now, limits) === "ask") session.ping(() => undefined);
 */
export class Pulse {
  #bytes: number;
  #heardAt: number;
  #askedAt: number | undefined;

  constructor(bytesRead: number, now: number) {
    this.#bytes = bytesRead;
    this.#heardAt = now;
  }

  /** What is to be done: ask for an answer, or give up. `bytesRead`: all that ever came. */
  look(bytesRead: number, now: number, limits: Limits): "ask" | "gone" | undefined {
    if (bytesRead !== this.#bytes) {
      this.#bytes = bytesRead;
      this.#heardAt = now;
      this.#askedAt = undefined;
    } else if (this.#askedAt !== undefined) {
      return now - this.#askedAt > limits.writeTimeoutMs ? "gone" : undefined;
    } else if (now - this.#heardAt > limits.keepAliveTimeoutMs) {
      this.#askedAt = now;
      return "ask";
    }
    return undefined;
  }
}
