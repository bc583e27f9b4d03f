/** What an exchange writes, as a `Response`. */
import type { FieldFacts } from "../../exchange/field-facts.ts";
import type { ResponseHead, ResponseWire } from "../../exchange/wire.ts";
import { ClosedError } from "../../http/errors.ts";
import { reasonPhrase } from "../../http/status.ts";
import type { Headers as HeaderPairs } from "../../pagi/scope.ts";
import { BodyQueue } from "./body-queue.ts";
import type { PlatformSession } from "./platform-socket.ts";
import type { SocketCodec } from "./socket-codec.ts";

/** Who is told what the reader of the response does. */
export interface WireOwner {
  /** The app wants a piece of the request body. */
  wantBody(): void;
  /** The response body was cancelled. */
  cancelled(reason: unknown): void;
  log(message: string): void;
  /** Accepts the handshake of the request. Throws when the platform will not. */
  accept(headers: HeaderPairs): PlatformSession;
  /** The socket of a session. */
  readonly socket: SocketCodec | undefined;
}

/** Give it to one exchange; `response` settles with the head, or rejects when the exchange is cut before it. */
export class LoweredWire implements ResponseWire {
  readonly response: Promise<Response>;
  readonly highWaterMark = 65_536;
  readonly lowWaterMark = 16_384;
  readonly allowsTrailersWithLength = false;
  readonly unoffered: readonly string[] = ["http.response.informational", "http.fullflush"];
  readonly #owner: WireOwner;
  #queue: BodyQueue | undefined;
  #resolve: (response: Response) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(owner: WireOwner) {
    this.#owner = owner;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get bufferedAmount(): number {
    return this.#queue?.size ?? this.#owner.socket?.bufferedAmount ?? 0;
  }

  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void {
    if (head.status > 599) return this.#refuse(head.status);
    // workerd writes a status line without a phrase rather than to look for one.
    const { status, statusText = reasonPhrase(status) } = head;
    const init = { status, statusText, headers: headersOf(head) };
    // The constructor takes no stream and no empty text for these; 205 has never a body (HTTP-23).
    const isNull = head.isBodyless || head.status === 205;
    if (isNull || end) return this.#resolve(new Response(isNull ? null : chunk, init));
    this.#queue = new BodyQueue(this.lowWaterMark, (reason) => this.#owner.cancelled(reason));
    this.#queue.put(chunk);
    this.#resolve(new Response(this.#queue.stream, init));
  }

  /** The platform writes the answer; its fields are the app's. */
  upgrade(_fields: FieldFacts, headers: HeaderPairs): void {
    this.#resolve(this.#owner.accept(headers).response);
  }

  write(chunk: Uint8Array | string, end: boolean): void {
    this.#queue?.put(chunk);
    if (end) this.#queue?.end();
  }

  /** A `Response` has none: they are dropped (HTTP-20). */
  trailers(_fields: FieldFacts, _headers: HeaderPairs): void {
    this.#queue?.end();
  }

  /** Not offered: a handler gives one response. */
  informational(): void {}

  /** Not offered: when a response leaves is up to its reader. */
  flush(): void {}

  wantBody(): void {
    this.#owner.wantBody();
  }

  whenDrained(listener: () => void): void {
    if (this.#queue !== undefined) return this.#queue.whenDrained(listener);
    const { socket } = this.#owner;
    return socket === undefined ? listener() : socket.whenBelow(this.lowWaterMark, listener);
  }

  /** What was accepted comes before the error: with it the reader sees where the response broke off. */
  abort(): void {
    const error = new ClosedError("the response was cut short");
    this.#reject(error);
    this.#queue?.fail(error);
    this.#owner.socket?.cut();
  }

  /** Nobody reads any more. */
  drop(): void {
    this.#reject(new ClosedError("the client has gone"));
    this.#queue?.drop();
  }

  /** Connections are the platform's. */
  closeAfter(): void {}

  /** What the contract can say and a `Response` cannot. */
  #refuse(status: number): void {
    this.#owner.log(`a Response cannot have the status ${status}; 500 was sent in its place`);
    this.#resolve(new Response("Internal Server Error\n", { status: 500, statusText: reasonPhrase(500) }));
  }
}

/** The app's fields without those of the connection, and the length the exchange knows. */
function headersOf({ headers, fields, length }: ResponseHead): Headers {
  const made = new Headers();
  // One by one: each Set-Cookie stays a field of its own.
  for (const [name, value] of headers) {
    if (fields.stripped.length === 0 || !fields.stripped.includes(name)) made.append(name, value);
  }
  if (length !== undefined) made.set("content-length", String(length));
  return made;
}
