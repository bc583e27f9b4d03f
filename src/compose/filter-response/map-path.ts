/** A body that is mapped piece by piece. */
import type { HttpFileBody, HttpInlineBody, HttpResponseBody, SendEvent } from "../../pagi/event.ts";
import type { ChunkFilter } from "../body-filter.ts";
import type { ResponseHead } from "../response-head.ts";
import { type BodyPath, isFile, isLast, type Outgoing, withBody } from "./body-path.ts";
import { EMPTY, joinBytes, toBytes } from "./bytes.ts";
import { fileChunks } from "./file-chunks.ts";

/** Where the mapped body goes. */
export interface MapTarget {
  readonly out: Outgoing;
  readonly head: ResponseHead;
}

/** One event goes out for each that comes in, so that pace and flushes stay those of the app. */
export class MapPath implements BodyPath {
  readonly #out: Outgoing;
  readonly #head: ResponseHead;
  readonly #filter: ChunkFilter;
  #isOpen = false;
  #isOver = false;

  constructor({ out, head }: MapTarget, filter: ChunkFilter) {
    this.#out = out;
    this.#head = head;
    this.#filter = filter;
  }

  body(event: HttpResponseBody): Promise<void> {
    if (this.#isOver) return this.#out.send(event);
    return isFile(event) ? this.#file(event) : this.#inline(event, isLast(event));
  }

  async other(event: SendEvent): Promise<void> {
    await this.#open();
    return this.#out.send(event);
  }

  abandon(): Promise<void> {
    this.discard();
    return this.#open();
  }

  discard(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#filter.cancel?.();
  }

  // Once the filter has seen a piece, no failure can be made good: what it kept is unknown.
  async #inline(event: HttpInlineBody, last: boolean): Promise<void> {
    try {
      const mapped = await this.#map(toBytes(event.body), last);
      if (!this.#isOpen) await this.#open(last ? mapped.length : undefined);
      await this.#out.send(withBody(event, mapped));
    } catch (error) {
      this.#out.fail(error);
    }
  }

  // Until the first piece was read nothing has left, and an app whose file fails may send something else.
  async #file(event: HttpFileBody): Promise<void> {
    const shell = withBody(event, EMPTY);
    try {
      for await (const chunk of fileChunks(event, this.#out.openFile)) {
        if (!this.#out.isConnected) return this.discard();
        await this.#inline({ ...shell, body: chunk, more: true }, false);
      }
    } catch (error) {
      if (this.#isOpen) this.#out.fail(error);
      throw error;
    }
    return this.#inline(shell, true);
  }

  async #map(chunk: Uint8Array, last: boolean): Promise<Uint8Array> {
    const mapped = chunk.length === 0 ? undefined : await this.#filter.transform(chunk);
    if (!last) return toBytes(mapped ?? undefined);
    this.#isOver = true;
    const tail = await this.#filter.flush?.();
    return joinBytes([toBytes(mapped ?? undefined), toBytes(tail ?? undefined)]);
  }

  // A length the app stated is made true when the new body is complete, and else goes (RFC 9112 §6.3).
  async #open(length?: number): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    if (this.#head.has("content-length")) {
      if (length === undefined) this.#head.remove("content-length");
      else this.#head.set("content-length", String(length));
    }
    await this.#out.open(this.#head.toEvent());
  }
}
