/** The writer of a delayed PSGI response with both sides checked (DELAY-*). */
import type { ContractError } from "../../http/errors.ts";
import type { PsgiChunk, PsgiWriter } from "../../psgi/response.ts";
import { psgiFault } from "./fault.ts";
import { PieceCounter } from "./psgi-body.ts";
import type { HeadFacts } from "./psgi-head.ts";
import { isRecord, owned } from "./value.ts";

/** Passes pieces on as they come; a wrong one rejects and nothing has changed. */
export class WatchedWriter implements PsgiWriter {
  readonly #writer: PsgiWriter;
  readonly #counter: PieceCounter;
  readonly #report: (violation: ContractError) => void;
  #closed = false;
  #gone = false;

  /** Throws a `ContractError` when the caller's writer is incomplete. */
  constructor(writer: PsgiWriter, head: HeadFacts, report: (violation: ContractError) => void) {
    const given: unknown = writer;
    const complete =
      isRecord(given) &&
      typeof given["write"] === "function" &&
      typeof given["close"] === "function" &&
      "signal" in given;
    if (!complete) throw psgiFault("DELAY-4", "the responder returned no complete writer");
    this.#writer = writer;
    this.#counter = new PieceCounter(head);
    this.#report = report;
  }

  get signal(): AbortSignal {
    return this.#writer.signal;
  }

  write(chunk: PsgiChunk): Promise<boolean> {
    return this.#checked(
      () => {
        if (this.#closed) throw psgiFault("DELAY-11", "write was called after close");
        this.#counter.count(chunk, "DELAY-18", "DELAY-18");
      },
      () => this.#pass(chunk),
    );
  }

  close(): Promise<void> {
    return this.#checked(
      () => {
        if (!this.#closed && !this.#gone && !this.#writer.signal.aborted) this.#counter.end("DELAY-18");
        this.#closed = true;
      },
      () => this.#writer.close(),
    );
  }

  async #pass(chunk: PsgiChunk): Promise<boolean> {
    const more = await this.#writer.write(chunk);
    this.#gone ||= !more;
    return more;
  }

  /** An app need not await its writes, so a fault is reported before it rejects. */
  #checked<Value>(check: () => void, work: () => Promise<Value>): Promise<Value> {
    try {
      check();
    } catch (fault) {
      this.#report(fault as ContractError);
      return owned(Promise.reject(fault as ContractError));
    }
    return owned(work());
  }
}
