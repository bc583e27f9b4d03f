/** A call that begins with a request and is answered: http and sse, which differ in their rules only. */
import { Arrival } from "./arrival.ts";
import type { Conversation } from "./conversation.ts";
import type { Unknowns } from "./value.ts";

/** What may follow what on the app's side of one scope type. */
export interface AnswerRules<State extends { readonly phase: string }> {
  /** Before anything was sent; its phase is "idle". */
  readonly beginning: State;
  /** The state after `event`. Throws for an event that breaks a rule. */
  readonly advance: (state: State, event: Unknowns, scope: Unknowns) => State;
  /** Throws unless an app may settle in `state`. */
  readonly checkEnd: (state: State) => void;
}

/** One such call as lint sees it. */
export class RequestConversation<State extends { readonly phase: string }> implements Conversation {
  readonly #scope: Unknowns;
  readonly #rules: AnswerRules<State>;
  readonly #arrival: Arrival;
  #state: State;
  #before: State;

  constructor(scope: Unknowns, rules: AnswerRules<State>) {
    this.#scope = scope;
    this.#rules = rules;
    this.#arrival = new Arrival(scope);
    this.#state = rules.beginning;
    this.#before = rules.beginning;
  }

  get started(): boolean {
    return this.#state.phase !== "idle";
  }

  get gone(): boolean {
    return this.#arrival.gone;
  }

  sent(event: Unknowns): void {
    const next = this.#rules.advance(this.#state, event, this.#scope);
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
    this.#rules.checkEnd(this.#state);
  }
}
