/** Runs the lifespan call of an app: startup before the first request, shutdown after the last (LIFE-*). */
import { ContractError, UsageError } from "../http/errors.ts";
import type { App, Receive, Send } from "../pagi/app.ts";
import type { LifespanReceiveEvent, LifespanSendEvent, SendEvent } from "../pagi/event.ts";
import type { Logger } from "../pagi/extension.ts";
import type { LifespanInfo, State } from "../pagi/scope.ts";
import { describeError } from "./describe-error.ts";
import { ReceiveQueue } from "./receive-queue.ts";

type Step = "startup" | "shutdown";

/** What a lifespan runs with. */
export interface LifespanOptions {
  readonly log: Logger;
  /** For each of the two steps. */
  readonly timeoutMs: number;
  readonly info: LifespanInfo;
}

/** Thrown when the app refuses to start, or is too slow; its message is one line. */
export class LifespanError extends UsageError {}

/**
 * One per server.
 *
 * @example
 * const lifespan = new Lifespan(app, { log, timeoutMs: 60_000, info });
 * await lifespan.startup(); // rejects with a LifespanError when the app says that it failed
 */
export class Lifespan {
  readonly #app: App;
  readonly #options: LifespanOptions;
  readonly #events: LifespanReceiveEvent[] = [];
  readonly #queue = new ReceiveQueue(() => this.#events.shift());
  /** What the app keeps from startup to shutdown. */
  readonly state: State = {};
  #step: Step | undefined;
  /** True when the app declined, failed to start or has left: it gets no further event (LIFE-2, LIFE-6). */
  #isOver = false;
  #settle: (() => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor(app: App, options: LifespanOptions) {
    this.#app = app;
    this.#options = options;
  }

  /** Starts the app. Resolves also when it declines (LIFE-6); rejects when it fails or takes too long. */
  async startup(): Promise<void> {
    const outcome = this.#run("startup");
    const { info } = this.#options;
    const scope = { type: "lifespan", pagi: info, state: this.state } as const;
    void this.#call(() => this.#app(scope, this.#receive as Receive, this.#send));
    try {
      await outcome;
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  /** Tells the app that it is over, unless it never started. Never rejects; what goes wrong is logged (LIFE-9). */
  async shutdown(): Promise<void> {
    if (this.#isOver) return;
    try {
      await this.#run("shutdown");
    } catch (error) {
      this.#log("error", (error as Error).message);
    }
  }

  async #run(step: Step): Promise<void> {
    const { timeoutMs } = this.#options;
    this.#step = step;
    const outcome = new Promise<void>((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    const late = new LifespanError(`lifespan ${step} took longer than ${timeoutMs} ms`);
    const timer = setTimeout(() => this.#fail!(late), timeoutMs);
    this.#events.push({ type: `lifespan.${step}` });
    this.#queue.serve();
    try {
      await outcome;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Returning or throwing before an answer declines startup (LIFE-5); later it is a failure (LIFE-9). */
  async #call(app: () => Promise<void>): Promise<void> {
    try {
      await app();
      this.#ended("returned");
    } catch (error) {
      this.#ended("threw", error);
    }
  }

  #ended(how: string, error?: unknown): void {
    const isDecline = this.#step === "startup";
    if (isDecline) this.#log("info", `the app takes no part in lifespan: it ${how}`);
    else if (error !== undefined) this.#log("error", `lifespan call ${how}: ${describeError(error)}`);
    this.#isOver = true;
    this.#settle?.();
  }

  readonly #receive: Receive<LifespanReceiveEvent> = (options) => this.#queue.receive(options);

  readonly #send: Send = (event) => {
    try {
      this.#take(event);
      return Promise.resolve();
    } catch (error) {
      const rejection = Promise.reject(error);
      rejection.catch(() => undefined);
      return rejection;
    }
  };

  #take(event: SendEvent): void {
    const step = this.#step;
    const known: readonly string[] = [`lifespan.${step}.complete`, `lifespan.${step}.failed`];
    if (step === undefined || !known.includes(event?.type)) {
      const rule = step === "shutdown" ? "LIFE-4" : "LIFE-3";
      throw new ContractError(rule, `${String(event?.type)} is no answer to lifespan.${String(step)}`);
    }
    this.#step = undefined;
    const message = (event as LifespanSendEvent & { message?: string }).message ?? "";
    if (event.type.endsWith(".complete")) this.#settle!();
    else this.#fail!(new LifespanError(`lifespan ${step} failed: ${message}`));
  }

  #log(level: "info" | "error", message: string): void {
    this.#options.log({ level, message });
  }
}
