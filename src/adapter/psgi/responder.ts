/** Delayed responses: the responder and the writer, usable at any later time (DELAY-*). */
import type { PsgiDelayed, PsgiHead, PsgiResponder, PsgiTriple, PsgiWriter } from "../../psgi/response.ts";
import { ContractError } from "../../http/errors.ts";
import { own } from "../stream/source.ts";
import { type Exchange, answerChecked } from "./answer.ts";
import { discardBody } from "./body.ts";
import { checkHead, checkTriple, startOf } from "./head.ts";
import { Writer } from "./writer.ts";

/**
 * Calls `delayed` and resolves when its response is complete or nobody waits for it any more, whichever is
 * first, however long after the call of `delayed` that is. Rejects when it failed.
 */
export function answerDelayed(delayed: PsgiDelayed, exchange: Exchange): Promise<void> {
  return new Promise((resolve, reject) => {
    const response = new DelayedResponse(exchange, { resolve, reject });
    exchange.connection.closed.then(() => resolve(), reject);
    const respond = ((response_: PsgiTriple | PsgiHead) => response.respond(response_)) as PsgiResponder;
    own(
      () => delayed(respond),
      (error) => response.failed(error),
    );
  });
}

interface Settle {
  resolve(): void;
  reject(error: unknown): void;
}

class DelayedResponse {
  readonly #exchange: Exchange;
  readonly #settle: Settle;
  #state: "waiting" | "whole" | "writing" | "failed" = "waiting";
  #writer: Writer | undefined;

  constructor(exchange: Exchange, settle: Settle) {
    this.#exchange = exchange;
    this.#settle = settle;
  }

  respond(response: PsgiTriple | PsgiHead): Promise<void> | PsgiWriter {
    this.#expectWaiting();
    if (!Array.isArray(response) || response.length !== 2) return this.#respondWhole(response as PsgiTriple);
    checkHead(response);
    const start = startOf(response[0], response[1]);
    this.#state = "writing";
    this.#writer = new Writer(start, this.#exchange, {
      closed: () => this.#settle.resolve(),
      failed: (error) => this.#settle.reject(error),
    });
    return this.#writer;
  }

  /** The function threw or rejected: DELAY-7 before it responded, DELAY-8 after. */
  failed(error: unknown): void {
    const isOver = this.#state === "whole" || this.#writer?.isClosed === true;
    if (isOver) return this.#exchange.report("a delayed response failed after its end", error);
    this.#state = "failed";
    this.#writer?.fail();
    this.#settle.reject(error);
  }

  #expectWaiting(): void {
    if (this.#state === "waiting") return;
    const rule = this.#state === "failed" ? "DELAY-7" : "DELAY-5";
    const why =
      this.#state === "failed" ? "the delayed function has failed" : "the response was already started";
    throw new ContractError(rule, `the responder cannot be called: ${why}`);
  }

  #respondWhole(triple: PsgiTriple): Promise<void> {
    const { connection, report } = this.#exchange;
    try {
      checkTriple(triple);
      startOf(triple[0], triple[1]);
    } catch (error) {
      if (Array.isArray(triple)) discardBody(triple[2], report);
      throw error;
    }
    this.#state = "whole";
    const answered = connection.isConnected
      ? answerChecked(triple, this.#exchange)
      : Promise.resolve(discardBody(triple[2], report));
    answered.then(this.#settle.resolve, this.#settle.reject);
    // DELAY-3. The app may ignore this promise, so a failure, which the server sees as well, is not left unowned.
    const ended = answered.then(async () => void (await connection.closed));
    ended.catch(() => undefined);
    return ended;
  }
}
