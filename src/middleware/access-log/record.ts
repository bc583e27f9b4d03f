/** Watches one exchange: what was answered, how much of it, and how it ended. */
import { isTackError } from "../../http/errors.ts";
import { isBodyless } from "../../http/status.ts";
import { utf8Length } from "../../http/utf8.ts";
import type { DisconnectReason } from "../../pagi/connection.ts";
import type { HttpResponseBody, SendEvent } from "../../pagi/event.ts";
import type { ExchangeScope, Headers } from "../../pagi/scope.ts";

const SWITCHING_PROTOCOLS = 101;
const CLIENT_GONE = 499;

/** What a format prints. */
export interface AccessRecord {
  readonly scope: ExchangeScope;
  /** Milliseconds since 1970, when the app was called. */
  readonly startedAt: number;
  /** From the call of the app to the end of the exchange. */
  readonly durationMs: number;
  /** The status that was sent; 499 when the client left before there was one. */
  readonly status: number;
  readonly responseHeaders: Headers;
  /** Body bytes that were given to the server; `null` when only the server knows. */
  readonly bytes: number | null;
  /** Why it ended early; `null` when it was completed. */
  readonly reason: DisconnectReason | null;
}

/** What a recorder knew before an event. */
export interface Before {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: number | null;
}

/** The state of one exchange that is being watched. */
export class Recorder {
  readonly #scope: ExchangeScope;
  readonly #startedAt = Date.now();
  readonly #startedTick = performance.now();
  #status = 0;
  #headers: Headers = [];
  #bytes: number | null = 0;

  constructor(scope: ExchangeScope) {
    this.#scope = scope;
    // A server reads the addresses from its socket when first asked; when the line is written that may be gone.
    void scope.client;
    void scope.server;
  }

  /** Takes note of an event on its way: the exchange may end before its `send` is settled. */
  sent(event: SendEvent): Before {
    const before = { status: this.#status, headers: this.#headers, bytes: this.#bytes };
    this.#note(event);
    return before;
  }

  /** Forgets an event that the server has refused. */
  undo({ status, headers, bytes }: Before): void {
    this.#status = status;
    this.#headers = headers;
    this.#bytes = bytes;
  }

  /** Takes note that the connection is the app's from now on: what it writes is not seen. */
  taken(): void {
    this.#status = SWITCHING_PROTOCOLS;
    this.#bytes = null;
  }

  /** Takes note that the app threw: the server answers with the error's status if nothing was sent. */
  failed(error: unknown): void {
    // An app that fails because its client has left is no error of the server.
    if (!this.#scope.connection.isConnected) return;
    if (this.#status === 0) this.#status = (isTackError(error) ? error.status : undefined) ?? 500;
  }

  /** The record of the exchange, which has ended. */
  end(reason: DisconnectReason | null): AccessRecord {
    return {
      scope: this.#scope,
      startedAt: this.#startedAt,
      durationMs: performance.now() - this.#startedTick,
      status: this.#status === 0 ? statusOfEnd(reason) : this.#status,
      responseHeaders: this.#headers,
      bytes: this.#bytes,
      reason,
    };
  }

  #note(event: SendEvent): void {
    switch (event.type) {
      case "http.response.start":
        return this.#begin(event.status, event.headers);
      case "http.response.body":
        return this.#count(this.#carriesBody() ? bodyLength(event, this.#headers) : 0);
      case "sse.start":
        return this.#begin(event.status ?? 200, event.headers);
      case "sse.send":
        return this.#count(utf8Length(event.data));
      case "websocket.accept":
        return this.#begin(101, event.headers);
      case "websocket.send":
        return this.#count(event.bytes?.length ?? utf8Length(event.text ?? ""));
      case "websocket.close":
        return this.#status === 0 ? this.#begin(403, []) : undefined;
      default:
        return undefined;
    }
  }

  #begin(status: number, headers: Headers = []): void {
    this.#status = status;
    this.#headers = headers;
  }

  #count(bytes: number | null): void {
    this.#bytes = bytes === null || this.#bytes === null ? null : this.#bytes + bytes;
  }

  #carriesBody(): boolean {
    return !isBodyless(this.#status) && !(this.#scope.type === "http" && this.#scope.method === "HEAD");
  }
}

/** Without a response: 499 when the client left, 408 when it was too slow, else 500. */
function statusOfEnd(reason: DisconnectReason | null): number {
  if (reason === "client_closed" || reason === "read_error" || reason === "write_error") return CLIENT_GONE;
  return reason === "client_timeout" ? 408 : 500;
}

/** The size of a whole file is known when the app says it, by `length` or by its content-length. */
function bodyLength(event: HttpResponseBody, headers: Headers): number | null {
  if (event.file === undefined && event.handle === undefined) {
    const { body = "" } = event;
    return typeof body === "string" ? utf8Length(body) : body.length;
  }
  if (event.length !== undefined) return event.length;
  const declared = headers.find(([name]) => name === "content-length")?.[1];
  return declared === undefined ? null : Number(declared);
}
