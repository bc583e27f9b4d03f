/** The body of a `Request` on its way into an exchange. */
import type { HttpExchange } from "../../exchange/http-exchange.ts";

const EMPTY = new Uint8Array(0);
const NOBODY = (): undefined => undefined;

/** Reads one piece whenever the app asks for one, so the client is paced by the app. */
export class LoweredBody {
  readonly #exchange: HttpExchange;
  readonly #lost: (detail: string) => void;
  readonly #body: ReadableStream<Uint8Array>;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #left: number;
  #isReading = false;
  /** True when nothing more will come of it. */
  isOver = false;

  /** `lost` is told when the body breaks off. */
  constructor(request: Request, exchange: HttpExchange, lost: (detail: string) => void) {
    this.#exchange = exchange;
    this.#lost = lost;
    this.#body = request.body!;
    const length = request.headers.get("content-length");
    this.#left = length === null || !/^\d+$/.test(length) ? Infinity : Number(length);
  }

  /** The app waits for a piece. */
  want(): void {
    if (this.#isReading || this.isOver) return;
    this.#isReading = true;
    this.#read().then(
      () => (this.#isReading = false),
      (error: unknown) => this.#failed(error),
    );
  }

  /** Nobody reads any more. A body that was never touched stays with the platform, which knows how to skip it. */
  release(): void {
    if (this.isOver || this.#reader === undefined) return;
    this.isOver = true;
    this.#reader.cancel(new Error("nobody reads the rest of this body")).catch(NOBODY);
  }

  async #read(): Promise<void> {
    // Throws when somebody else has read the body: then the app gets no half of it.
    this.#reader ??= this.#body.getReader();
    for (;;) {
      const { value = EMPTY, done } = await this.#reader.read();
      this.#left -= value.byteLength;
      this.isOver = done || this.#left <= 0;
      // An empty piece is no event; the app still waits.
      if (value.byteLength === 0 && !this.isOver) continue;
      this.#isReading = false;
      return this.#exchange.pushBody(value, this.isOver);
    }
  }

  /** HTTP-3: a body cut short ends the exchange; what breaks a body is its client's loss. */
  #failed(error: unknown): void {
    this.isOver = true;
    this.#lost(`the request body broke off: ${String(error)}`);
  }
}
