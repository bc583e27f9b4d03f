/** The body of a streaming `Response`: what the app sent, until the reader pulls it. */
import { ClosedError } from "../../http/errors.ts";

const utf8 = new TextEncoder();

/** Bytes count as buffered until they are pulled, so a reader that stalls holds the app back. */
export class BodyQueue {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly #lowWaterMark: number;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #drained: (() => void)[] = [];
  #isPulled = false;
  #state: "open" | "ended" | "over" = "open";
  #error: Error | undefined;
  /** Bytes that wait. */
  size = 0;

  /** `cancelled` is told when the reader gives the body up. */
  constructor(lowWaterMark: number, cancelled: (reason: unknown) => void) {
    this.#lowWaterMark = lowWaterMark;
    this.stream = new ReadableStream(
      {
        start: (controller) => void (this.#controller = controller),
        pull: () => this.#pull(),
        cancel: (reason) => {
          this.#over();
          cancelled(reason);
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** Adds a piece. It is copied: the app may use its memory again when its send has settled. */
  put(piece: Uint8Array | string): void {
    if (this.#state !== "open" || piece.length === 0) return;
    const bytes = typeof piece === "string" ? utf8.encode(piece) : Uint8Array.from(piece);
    if (this.#isPulled) {
      this.#isPulled = false;
      return this.#controller!.enqueue(bytes);
    }
    this.#pieces.push(bytes);
    this.size += bytes.byteLength;
  }

  /** The body is complete; the stream closes when all of it was pulled. */
  end(): void {
    if (this.#state !== "open") return;
    this.#state = "ended";
    if (this.#pieces.length === 0) this.#close();
  }

  /** The body will never be complete: its reader gets the error when it has pulled what came before. */
  fail(error: Error): void {
    if (this.#state !== "open") return;
    this.#error = error;
    this.#state = "ended";
    if (this.#isPulled) setTimeout(() => this.#close(), 0);
  }

  /** Nothing of the body is wanted any more. */
  drop(): void {
    if (this.#state === "over") return;
    this.#over();
    this.#controller!.error(new ClosedError("the client has gone"));
  }

  /** Calls `listener` once when less than the low mark waits, or nothing ever will. */
  whenDrained(listener: () => void): void {
    if (this.#state === "over") return listener();
    this.#drained.push(listener);
  }

  #pull(): void {
    const piece = this.#pieces.shift();
    if (piece === undefined) {
      this.#isPulled = true;
      // A turn later: Bun forgets head and pieces that it has not written when the error comes.
      if (this.#error !== undefined) setTimeout(() => this.#close(), 0);
      return;
    }
    this.size -= piece.byteLength;
    this.#controller!.enqueue(piece);
    // An error waits for the pull after the last piece: readers throw away what they have when one comes.
    const isClosing = this.#state === "ended" && this.#error === undefined;
    if (isClosing && this.#pieces.length === 0) this.#close();
    else if (this.size < this.#lowWaterMark) this.#tellDrained();
  }

  #close(): void {
    if (this.#state === "over") return;
    this.#over();
    if (this.#error === undefined) this.#controller!.close();
    else this.#controller!.error(this.#error);
  }

  #over(): void {
    this.#state = "over";
    this.#pieces = [];
    this.size = 0;
    this.#tellDrained();
  }

  #tellDrained(): void {
    for (const listener of this.#drained.splice(0)) listener();
  }
}
