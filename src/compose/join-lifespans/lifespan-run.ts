/** The lifespan call of one app, driven from outside (spec/PAGI.md, LIFE-*). */
import { ContractError } from "../../http/errors.ts";
import type { App, Receive, ReceiveOptions, Send } from "../../pagi/app.ts";
import type { LifespanSendEvent, SendEvent } from "../../pagi/event.ts";
import type { LifespanScope } from "../../pagi/scope.ts";

type Phase = "new" | "starting" | "started" | "stopping" | "ended";

/** Starts one app, and stops it when asked to. */
export class LifespanRun {
  #phase: Phase = "new";
  #settle: (answer: LifespanSendEvent | undefined) => void = () => undefined;
  #requestStop: () => void = () => undefined;
  #isStopTaken = false;
  #failure: string | undefined;
  readonly #stopRequested: Promise<void>;
  readonly #startup: Promise<LifespanSendEvent | undefined>;

  constructor(app: App, scope: LifespanScope) {
    this.#stopRequested = new Promise((resolve) => {
      this.#requestStop = resolve;
    });
    this.#startup = this.#nextAnswer();
    void this.#call(app, scope);
  }

  /** What the app answers to startup; `undefined` when it declines (LIFE-5). */
  start(): Promise<LifespanSendEvent | undefined> {
    return this.#startup;
  }

  /** Asks for shutdown and waits for the answer; gives back what went wrong, if anything did. */
  async stop(): Promise<string | undefined> {
    if (this.#phase !== "started") return this.#failure;
    this.#phase = "stopping";
    const answered = this.#nextAnswer();
    this.#requestStop();
    const answer = await answered;
    if (answer?.type === "lifespan.shutdown.failed") return answer.message ?? "shutdown failed";
    return this.#failure;
  }

  async #call(app: App, scope: LifespanScope): Promise<void> {
    try {
      await app(scope, this.#receive, this.#send);
    } catch (error) {
      this.#failure = String(error);
    }
    this.#phase = "ended";
    this.#settle(undefined);
  }

  readonly #receive: Receive = async (options) => {
    if (this.#phase === "new") {
      this.#phase = "starting";
      return { type: "lifespan.startup" };
    }
    await unlessAborted(this.#stopRequested, options);
    // Nothing comes after shutdown (LIFE-2).
    if (this.#isStopTaken) await unlessAborted(new Promise(() => undefined), options);
    this.#isStopTaken = true;
    return { type: "lifespan.shutdown" };
  };

  readonly #send: Send = async (event: SendEvent) => {
    switch (event.type) {
      case "lifespan.startup.complete":
      case "lifespan.startup.failed":
        if (this.#phase !== "starting") throw new ContractError("LIFE-3", `${event.type} answers nothing`);
        this.#phase = event.type === "lifespan.startup.complete" ? "started" : "ended";
        return this.#settle(event);
      case "lifespan.shutdown.complete":
      case "lifespan.shutdown.failed":
        if (!this.#isStopTaken || this.#phase !== "stopping")
          throw new ContractError("LIFE-4", `${event.type} answers nothing`);
        this.#phase = "ended";
        return this.#settle(event);
      default:
        throw new ContractError("APP-13", `a lifespan scope knows no ${event.type}`);
    }
  };

  #nextAnswer(): Promise<LifespanSendEvent | undefined> {
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }
}

// A wait that is given up rejects with the signal's reason and consumes nothing (APP-9, MID-9).
function unlessAborted(wanted: Promise<void>, options: ReceiveOptions | undefined): Promise<void> {
  const signal = options?.signal;
  if (signal === undefined) return wanted;
  return new Promise((resolve, reject) => {
    const giveUp = (): void => reject(signal.reason as Error);
    if (signal.aborted) return giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    void wanted.then(() => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    });
    return undefined;
  });
}
