/** The writer of a delayed PSGI response with both sides checked (DELAY-*). */
import type { PsgiChunk, PsgiWriter } from "../../psgi/response.ts";
import { psgiFault } from "./fault.ts";
import { PieceCounter } from "./psgi-body.ts";
import type { HeadFacts } from "./psgi-head.ts";
import { isRecord } from "./value.ts";

/** Passes pieces on as they come; a wrong one rejects and nothing has changed. */
export class WatchedWriter implements PsgiWriter {
  readonly #writer: PsgiWriter;
  readonly #counter: PieceCounter;
  #closed = false;
  #gone = false;

  /** Throws a `ContractError` when the caller's writer is incomplete. */
  constructor(writer: PsgiWriter, head: HeadFacts) {
    const given: unknown = writer;
    const complete =
      isRecord(given) &&
      typeof given["write"] === "function" &&
      typeof given["close"] === "function" &&
      "signal" in given;
    if (!complete) throw psgiFault("DELAY-4", "the responder returned no complete writer");
    this.#writer = writer;
    this.#counter = new PieceCounter(head);
  }

  get signal(): AbortSignal {
    return this.#writer.signal;
  }

  async write(chunk: PsgiChunk): Promise<boolean> {
    if (this.#closed) throw psgiFault("DELAY-11", "write was called after close");
    this.#counter.count(chunk, "DELAY-18", "DELAY-18");
    const more = await this.#writer.write(chunk);
    this.#gone ||= !more;
    return more;
  }

  async close(): Promise<void> {
    if (!this.#closed && !this.#gone && !this.#writer.signal.aborted) this.#counter.end("DELAY-18");
    this.#closed = true;
    await this.#writer.close();
  }
}
