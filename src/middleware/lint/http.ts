/** The rules of one http call in both directions. */
import { Arrival } from "./arrival.ts";
import type { Conversation } from "./conversation.ts";
import { pagiFault } from "./fault.ts";
import { advanceResponse, IDLE, type ResponseState } from "./response.ts";
import type { Unknowns } from "./value.ts";

/** Throws unless a response came to its end (HTTP-24). */
export function checkWhole(state: ResponseState): void {
  if (state.phase === "done") return;
  const missing = state.phase === "trailers" ? "the promised trailers" : "the last piece of the body";
  throw pagiFault("HTTP-24", `the app returned before it sent ${missing}`);
}

/** One http call as lint sees it. */
export class HttpConversation implements Conversation {
  readonly #scope: Unknowns;
  readonly #arrival: Arrival;
  #state = IDLE;
  #before = IDLE;

  constructor(scope: Unknowns) {
    this.#scope = scope;
    this.#arrival = new Arrival(scope);
  }

  get started(): boolean {
    return this.#state.phase !== "idle";
  }

  get gone(): boolean {
    return this.#arrival.gone;
  }

  sent(event: Unknowns): void {
    const next = advanceResponse(this.#state, event, this.#scope);
    this.#before = this.#state;
    this.#state = next;
  }

  takeBack(): void {
    this.#state = this.#before;
  }

  received(event: Unknowns): void {
    this.#arrival.received(event);
  }

  finished(): void {
    if (!this.started) throw pagiFault("HTTP-25", "the app returned and sent no response");
    checkWhole(this.#state);
  }
}
