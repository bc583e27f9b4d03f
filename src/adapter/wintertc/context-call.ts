/** One call of an app for a `ServerContext`: what the fetch adapter drops goes past it here. */
import { checkInformational } from "../../exchange/response-checks.ts";
import { ClosedError, ContractError } from "../../http/errors.ts";
import type { App, Receive, Send } from "../../pagi/app.ts";
import type { HttpInformational } from "../../pagi/event.ts";
import type { HttpScope } from "../../pagi/scope.ts";
import type { ServerContext } from "./types.ts";

/** Stands around the app. */
export class ContextCall {
  readonly #context: ServerContext;
  #hasStarted = false;
  #tellTrailers: (trailers: Headers) => void = () => undefined;
  #failTrailers: (error: Error) => void = () => undefined;
  /** There when the app has promised trailers. */
  trailers: Promise<Headers> | undefined;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** Calls the app. */
  async run(app: App, scope: HttpScope, receive: Receive, send: Send): Promise<void> {
    try {
      await app(scope, this.#receiveWith(receive), this.#sendWith(send));
    } finally {
      this.#failTrailers(new ClosedError("the promised trailers never came"));
    }
  }

  #receiveWith(receive: Receive): Receive {
    const { trailers, headers } = this.#context.request;
    // A body of a known length is not read to its end but to its length: its trailers would be waited for in vain.
    if (trailers === undefined || headers.has("content-length")) return receive;
    return async (options) => {
      const event = await receive(options);
      if (event.type !== "http.request" || event.more) return event;
      const fields = await trailers.then(
        (headers) => [...headers],
        () => [],
      );
      return fields.length === 0 ? event : { ...event, trailers: fields };
    };
  }

  #sendWith(send: Send): Send {
    return async (event) => {
      if (event.type === "http.response.informational") return this.#inform(event);
      await send(event);
      if (event.type === "http.response.start") this.#started(event.trailers === true);
      if (event.type === "http.response.trailers") {
        this.#tellTrailers(new Headers((event.headers ?? []) as [string, string][]));
      }
    };
  }

  #started(hasTrailers: boolean): void {
    this.#hasStarted = true;
    if (!hasTrailers) return;
    this.trailers = new Promise((resolve, reject) => {
      this.#tellTrailers = resolve;
      this.#failTrailers = reject;
    });
    // The server may look at them never.
    this.trailers.catch(() => undefined);
  }

  #inform(event: HttpInformational): void {
    checkInformational(event);
    if (this.#hasStarted) throw new ContractError("EXT-HINT-1", `${event.type} comes before the start`);
    try {
      this.#context.sendInformational(event.status, (event.headers ?? []) as [string, string][]);
    } catch (error) {
      // A server that cannot send them loses a hint and nothing else.
      if ((error as { readonly name?: string }).name !== "NotSupportedError") throw error;
    }
  }
}
