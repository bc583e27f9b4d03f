/** The rules of a lifespan call in both directions (LIFE-*). */
import type { Conversation } from "./conversation.ts";
import { pagiFault, shown } from "./fault.ts";
import type { Unknowns } from "./value.ts";

type Phase = "waiting" | "starting" | "running" | "stopping" | "over";

interface Answer {
  readonly from: Phase;
  readonly to: Phase;
  readonly rule: "LIFE-3" | "LIFE-4";
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  "lifespan.startup.complete": { from: "starting", to: "running", rule: "LIFE-3" },
  "lifespan.startup.failed": { from: "starting", to: "over", rule: "LIFE-3" },
  "lifespan.shutdown.complete": { from: "stopping", to: "over", rule: "LIFE-4" },
  "lifespan.shutdown.failed": { from: "stopping", to: "over", rule: "LIFE-4" },
};

const EVENTS: Readonly<Record<string, { readonly from: Phase; readonly to: Phase }>> = {
  "lifespan.startup": { from: "waiting", to: "starting" },
  "lifespan.shutdown": { from: "running", to: "stopping" },
};

/** A lifespan call as lint sees it. */
export class LifespanConversation implements Conversation {
  readonly started = false;
  readonly gone = false;
  #phase: Phase = "waiting";
  #before: Phase = "waiting";

  sent(event: Unknowns): void {
    const type = String(event["type"]);
    const answer = ANSWERS[type];
    if (answer === undefined)
      throw pagiFault("APP-13", `the app sent ${shown(type)} on a scope of type lifespan`);
    if (this.#phase !== answer.from)
      throw pagiFault(answer.rule, `${type} was sent while lifespan was ${this.#phase}`);
    const { message = "" } = event;
    if (typeof message !== "string") throw pagiFault("LIFE-11", `${type} has message ${shown(message)}`);
    this.#before = this.#phase;
    this.#phase = answer.to;
  }

  takeBack(): void {
    this.#phase = this.#before;
  }

  received(event: Unknowns): void {
    const type = String(event["type"]);
    const step = EVENTS[type];
    if (step?.from !== this.#phase) {
      throw pagiFault("LIFE-2", `receive gave ${shown(type)} while lifespan was ${this.#phase}`);
    }
    this.#phase = step.to;
  }

  finished(): void {
    if (this.#phase !== "stopping") return;
    throw pagiFault("LIFE-4", "the app returned and did not answer lifespan.shutdown");
  }
}
