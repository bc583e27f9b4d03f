/** One call of a PSGI app with lint around it: environment, response, responder and writer. */
import { ContractError } from "../../http/errors.ts";
import type { PsgiApp } from "../../psgi/app.ts";
import type { PsgiEnv } from "../../psgi/env.ts";
import type {
  PsgiBody,
  PsgiDelayed,
  PsgiHead,
  PsgiResponder,
  PsgiResponse,
  PsgiTriple,
  PsgiWriter,
} from "../../psgi/response.ts";
import { psgiFault, shown } from "./fault.ts";
import { CloseCounter, releaseBody, watchBody } from "./psgi-body.ts";
import { checkAdditions, checkEnv } from "./psgi-env.ts";
import { checkHead } from "./psgi-head.ts";
import { watchEnv } from "./psgi-input.ts";
import { WatchedWriter } from "./psgi-writer.ts";
import type { Unknowns } from "./value.ts";

/** Told of every violation that is found in the call itself. */
export type Report = (violation: ContractError) => void;

function isPromise(value: PsgiResponse | Promise<PsgiResponse>): value is Promise<PsgiResponse> {
  return typeof value === "object" && value !== null && "then" in value;
}

/**
 * Runs a PSGI app once under watch.
 *
 * @example
 * const response = new LintedPsgiCall(env, report).run(() => [204, [], []]);
 */
export class LintedPsgiCall {
  readonly #env: PsgiEnv;
  readonly #facts: Unknowns;
  readonly #report: Report;
  readonly #keys: ReadonlySet<string>;
  readonly #closes = new CloseCounter();
  #hasHead = false;

  /** Throws a `ContractError` when the environment breaks a rule. */
  constructor(env: PsgiEnv, report: Report) {
    const facts: unknown = env;
    this.#report = report;
    this.#checked(() => checkEnv(facts));
    this.#env = env;
    this.#facts = facts as Unknowns;
    this.#keys = new Set(Object.keys(env));
    watchEnv(env, () => this.#hasHead);
  }

  /** The app's response, watched; a promise only when the app gave one. Throws a `ContractError`. */
  run(app: PsgiApp): PsgiResponse | Promise<PsgiResponse> {
    const response = app(this.#env);
    if (isPromise(response)) return response.then((value) => this.#checked(() => this.#response(value)));
    return this.#checked(() => this.#response(response));
  }

  #response(response: unknown): PsgiResponse {
    if (Array.isArray(response) && response.length === 3) {
      const triple = this.#triple(response as unknown as PsgiTriple);
      this.#hasHead = true;
      return triple;
    }
    checkAdditions(this.#facts, this.#keys);
    if (typeof response === "function") return this.#delayed(response as PsgiDelayed);
    throw psgiFault("APP-2", `the app returned ${shown(response)}`);
  }

  #triple([status, headers, body]: PsgiTriple): PsgiTriple {
    const watched = this.#orRelease(body, () => {
      checkAdditions(this.#facts, this.#keys);
      const head = checkHead(status, headers, this.#env.REQUEST_METHOD);
      return watchBody(body, head, this.#closes);
    });
    this.#expectClose(body);
    return [status, headers, watched];
  }

  /** A body that goes no further is closed here (MID-3). */
  #orRelease(body: unknown, work: () => PsgiBody): PsgiBody {
    try {
      return work();
    } catch (fault) {
      releaseBody(body);
      throw fault;
    }
  }

  #delayed(delayed: PsgiDelayed): PsgiDelayed {
    return (respond) => delayed(this.#responder(respond));
  }

  #responder(respond: PsgiResponder): PsgiResponder {
    const watched = (response: PsgiTriple | PsgiHead): Promise<void> | PsgiWriter =>
      this.#checked(() => {
        const given: unknown = response;
        if (this.#hasHead) return this.#refused(given);
        if (!Array.isArray(given) || (given.length !== 2 && given.length !== 3)) {
          throw psgiFault("DELAY-9", `the responder was called with ${shown(given)}`);
        }
        if (given.length === 2) return this.#writer(respond, response as PsgiHead);
        const answered = respond(this.#triple(response as PsgiTriple));
        this.#hasHead = true;
        return answered;
      });
    return watched as PsgiResponder;
  }

  #refused(response: unknown): never {
    if (Array.isArray(response)) releaseBody(response[2]);
    throw psgiFault("DELAY-5", "the responder was called again");
  }

  #writer(respond: PsgiResponder, head: PsgiHead): PsgiWriter {
    const facts = checkHead(head[0], head[1], this.#env.REQUEST_METHOD);
    const writer = respond(head);
    this.#hasHead = true;
    return new WatchedWriter(writer, facts, this.#report);
  }

  /** After the request every body that can be closed must have been; only cleanup handlers come that late. */
  #expectClose(body: unknown): void {
    const { close, destroy } = body as Unknowns;
    if (typeof close !== "function" && typeof destroy !== "function") return;
    if (this.#env["psgix.cleanup"] !== true) return;
    this.#env["psgix.cleanup.handlers"]?.push((env) => {
      if (this.#closes.closed) return;
      const violation = psgiFault("BODY-5", "the request is over and its body was not closed");
      this.#report(violation);
      env["psgi.errors"].print(`${violation.message}\n`);
    });
  }

  #checked<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      if (error instanceof ContractError) this.#report(error);
      throw error;
    }
  }
}
