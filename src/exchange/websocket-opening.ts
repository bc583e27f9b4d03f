/** The answer to a WebSocket handshake: the app accepts, or refuses by an ordinary response (WS-3, WS-12). */
import { HttpError } from "../http/errors.ts";
import type { WebSocketHandshake } from "../http/websocket.ts";
import type { HttpSendEvent, WebSocketSendEvent } from "../pagi/event.ts";
import type { Headers } from "../pagi/scope.ts";
import { Deadline } from "./deadline.ts";
import { describeError } from "./describe-error.ts";
import { inspectFields } from "./field-facts.ts";
import type { FrameAgreement, SessionHost } from "./frame-codec.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { checkAccept, checkRefusal } from "./websocket-checks.ts";
import type { ResponseWire } from "./wire.ts";

/** What a handshake is answered with. */
export interface OpeningParts {
  readonly http: HttpExchange;
  readonly wire: ResponseWire;
  readonly handshake: WebSocketHandshake;
  readonly host: SessionHost;
}

/** Until a handshake is answered; the app has so long to do it. */
export class WebSocketOpening {
  readonly #parts: OpeningParts;
  readonly #opened: (agreement: FrameAgreement) => void;
  readonly #deadline = new Deadline();
  /** True from an acceptance until it was written: what frames are made with may have to be loaded. */
  isAccepting = false;

  /** `opened` is called when the acceptance was written. */
  constructor(parts: OpeningParts, opened: (agreement: FrameAgreement) => void) {
    this.#parts = parts;
    this.#opened = opened;
    this.#deadline.set(parts.host.limits.acceptTimeoutMs, () => this.#overdue());
  }

  /** Takes an event of the app. Throws a `ContractError` for one that breaks a rule. */
  send(event: WebSocketSendEvent): Promise<void> {
    const { http, handshake } = this.#parts;
    if (event?.type !== "websocket.accept" || http.responseStarted) {
      checkRefusal(event, http.responseStarted);
      return http.send(event as HttpSendEvent);
    }
    const accepted = this.#accept(checkAccept(event, handshake.subprotocols));
    accepted.catch((error: unknown) =>
      http.log({ level: "error", message: `cannot accept a WebSocket: ${describeError(error)}` }),
    );
    return accepted;
  }

  /** Nobody waits for an answer any more. */
  end(): void {
    this.#deadline.clear();
  }

  async #accept(own: Headers): Promise<void> {
    const { http, wire, host, handshake } = this.#parts;
    this.isAccepting = true;
    try {
      const agreement = await host.agree(handshake);
      if (!http.isOpen) return;
      http.markAccepted();
      const headers = [...agreement.headers, ...own];
      wire.upgrade!(inspectFields(headers), headers);
      this.end();
      this.#opened(agreement);
    } finally {
      this.isAccepting = false;
    }
  }

  #overdue(): void {
    const { http } = this.#parts;
    if (!http.responseStarted)
      http.failed(new HttpError(503, "the app did not answer the handshake in time"));
  }
}
