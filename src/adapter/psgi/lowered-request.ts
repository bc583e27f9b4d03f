/** `receive` over a PSGI input. */
import type { ReceiveOptions } from "../../pagi/app.ts";
import type { HttpReceiveEvent } from "../../pagi/event.ts";
import type { PsgiInput } from "../../psgi/env.ts";
import type { LoweredConnection } from "./lowered-connection.ts";

const EMPTY = new Uint8Array(0);

/** Reads the input when the app receives; after its end the next event is the end of the exchange. */
export class LoweredRequest {
  readonly #input: PsgiInput;
  readonly #connection: LoweredConnection;
  #last: Promise<HttpReceiveEvent> | undefined;
  #kept: Promise<HttpReceiveEvent>[] = [];
  #isOver = false;

  constructor(input: PsgiInput, connection: LoweredConnection) {
    this.#input = input;
    this.#connection = connection;
  }

  readonly receive = (options: ReceiveOptions = {}): Promise<HttpReceiveEvent> => {
    const event = this.#kept.shift() ?? this.#following();
    const { signal } = options;
    if (signal === undefined) return event;
    return new Promise((resolve, reject) => {
      // APP-9: given up, the event goes to the next call.
      const giveUp = (): void => {
        this.#kept.push(event);
        reject(signal.reason);
      };
      if (signal.aborted) return giveUp();
      signal.addEventListener("abort", giveUp, { once: true });
      void event.then((value) => {
        signal.removeEventListener("abort", giveUp);
        resolve(value);
      });
    });
  };

  /** The event after the last one that was asked for; one `read` at a time (INPUT-6). */
  #following(): Promise<HttpReceiveEvent> {
    this.#last = this.#last === undefined ? this.#next() : this.#last.then(() => this.#next());
    return this.#last;
  }

  async #next(): Promise<HttpReceiveEvent> {
    const { closed } = this.#connection;
    if (this.#isOver) return { type: "http.disconnect", reason: await closed };
    const ended = closed.then((reason) => ({ type: "http.disconnect", reason }) as const);
    return Promise.race([this.#read(), ended]);
  }

  async #read(): Promise<HttpReceiveEvent> {
    try {
      const body = await this.#input.read();
      if (body.byteLength > 0) return { type: "http.request", body, more: true };
      this.#isOver = true;
      return { type: "http.request", body: EMPTY, more: false };
    } catch (error) {
      this.#isOver = true;
      this.#connection.end("client_closed", String(error));
      return { type: "http.disconnect", reason: this.#connection.disconnectReason };
    }
  }
}
