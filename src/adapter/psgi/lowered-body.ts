/** A response body that is pulled by the server on one side and filled by `send` on the other. */
import type { PsgiChunk, PsgiHandle } from "../../psgi/response.ts";

/**
 * Holds at most one piece: `put` resolves when the server has taken it and asks for more, so the pace of the
 * server is the pace of the app. A handle, because its `close` works before the first read as well.
 */
export class LoweredBody implements PsgiHandle {
  readonly #onClose: (isWhole: boolean) => void;
  #piece: PsgiChunk | undefined;
  #taken: (() => void) | undefined;
  #asked: { resolve(piece: PsgiChunk | undefined): void; reject(error: unknown): void } | undefined;
  #end: { readonly error?: unknown } | undefined;
  #isClosed = false;

  /** `onClose` is told whether all was taken when the server let go. */
  constructor(onClose: (isWhole: boolean) => void) {
    this.#onClose = onClose;
  }

  getline(): Promise<PsgiChunk | undefined> {
    return new Promise((resolve, reject) => {
      this.#asked = { resolve, reject };
      this.#release();
      this.#serve();
    });
  }

  close(): void {
    this.#isClosed = true;
    const isWhole = this.#end !== undefined && !("error" in this.#end) && this.#piece === undefined;
    this.#release();
    this.#asked?.resolve(undefined);
    this.#onClose(isWhole);
  }

  /** Offers one piece; resolves when the next may follow, at once when nobody reads any more. */
  put(piece: PsgiChunk): Promise<void> {
    if (this.#isClosed || piece.length === 0) return Promise.resolve();
    this.#piece = piece;
    return new Promise((resolve) => {
      this.#taken = resolve;
      this.#serve();
    });
  }

  /** No piece follows the last one; with an error the response stays incomplete. */
  end(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#serve();
  }

  /** A piece that is still here was not asked after yet. */
  #release(): void {
    if (this.#piece !== undefined && !this.#isClosed) return;
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  #serve(): void {
    const asked = this.#asked;
    if (asked === undefined || (this.#piece === undefined && this.#end === undefined)) return;
    this.#asked = undefined;
    const piece = this.#piece;
    this.#piece = undefined;
    if (piece === undefined && "error" in this.#end!) return asked.reject(this.#end.error);
    asked.resolve(piece);
  }
}
