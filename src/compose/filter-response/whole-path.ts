/** A body that is taken as one, up to a limit. */
import type { HttpFileBody, HttpResponseBody, HttpResponseStart, SendEvent } from "../../pagi/event.ts";
import type { WholeFilter } from "../body-filter.ts";
import type { ResponseHead } from "../response-head.ts";
import { type BodyPath, isFile, isLast, type Outgoing, PassPath, withBody } from "./body-path.ts";
import { joinBytes, toBytes } from "./bytes.ts";
import { fileChunks } from "./file-chunks.ts";

/** Where the whole body goes, and what is sent when it cannot be taken. */
export interface WholeTarget {
  readonly out: Outgoing;
  readonly start: HttpResponseStart;
  readonly head: ResponseHead;
}

/** Withholds everything until the end of the body was seen; then it leaves in two events. */
export class WholePath implements BodyPath {
  readonly #target: WholeTarget;
  readonly #filter: WholeFilter;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Set when nothing is withheld any more. */
  #after: PassPath | undefined;

  constructor(target: WholeTarget, filter: WholeFilter) {
    this.#target = target;
    this.#filter = filter;
  }

  async body(event: HttpResponseBody): Promise<void> {
    if (this.#after !== undefined) return this.#after.body(event);
    if (isFile(event)) return this.#file(event);
    this.#keep(toBytes(event.body));
    if (this.#isTooLarge()) return this.#decline().body(withBody(event, this.#take()));
    return isLast(event) ? this.#finish(event) : undefined;
  }

  // A flush cannot be honoured while everything is withheld; any other event is the server's to judge.
  async other(event: SendEvent): Promise<void> {
    if (this.#after === undefined && event.type === "http.fullflush") return;
    await this.abandon();
    return this.#target.out.send(event);
  }

  // Never the filter and never the end: the body was not seen whole (MID-*).
  async abandon(): Promise<void> {
    if (this.#after !== undefined) return;
    const body = this.#take();
    const after = this.#decline();
    await after.abandon();
    if (body.length > 0) await after.body({ type: "http.response.body", body, more: true });
  }

  discard(): void {
    this.#chunks = [];
  }

  async #file(event: HttpFileBody): Promise<void> {
    this.#chunks = await this.#read(event);
    return this.#isTooLarge() ? this.#decline().body(event) : this.#finish(event);
  }

  // Kept only when no read fails: an app whose file fails may send something else.
  async #read(event: HttpFileBody): Promise<Uint8Array[]> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of fileChunks(event, this.#target.out.openFile)) {
      chunks.push(chunk);
      size += chunk.length;
      if (!(size <= this.#filter.maxBytes)) break;
    }
    this.#size = size;
    return chunks;
  }

  async #finish(event: HttpResponseBody): Promise<void> {
    const { out, head } = this.#target;
    try {
      const body = this.#take();
      const filtered = await this.#filter.whole(body, head);
      const result = filtered === undefined ? body : toBytes(filtered);
      if (head.has("content-length")) head.set("content-length", String(result.length));
      this.#after = new PassPath(out, head.toEvent());
      await this.#after.body(withBody(event, result));
    } catch (error) {
      out.fail(error);
    }
  }

  #decline(): PassPath {
    this.#after = new PassPath(this.#target.out, this.#target.start);
    return this.#after;
  }

  #keep(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  // Written so that a limit which is no number keeps nothing.
  #isTooLarge(): boolean {
    return !(this.#size <= this.#filter.maxBytes);
  }

  #take(): Uint8Array {
    const body = joinBytes(this.#chunks);
    this.#chunks = [];
    return body;
  }
}
