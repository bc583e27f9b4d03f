/** The words of the draft, as far as they are used. */

/** The key under which a handler object names its version of the draft. */
export const MARKER: unique symbol = Symbol.for("wintertc.server.protocol") as never;

/** What `new Headers` takes. */
export type FieldsInit = ConstructorParameters<typeof Headers>[0];

/** An end of a connection; empty where it is unknown. */
export interface SocketAddress {
  readonly address: string;
  readonly port: number;
  readonly family: "IPv4" | "IPv6";
}

/** RFC 9218. */
export interface RequestPriority {
  readonly urgency: number;
  readonly incremental: boolean;
}

/** What a handler is called with: `ServerContext` of the draft. */
export interface ServerContext {
  /** With a promise `trailers`, as the draft assumes of Fetch. */
  readonly request: Request & { readonly trailers?: Promise<Headers> };
  readonly remoteAddress: SocketAddress;
  readonly localAddress: SocketAddress;
  readonly alpnProtocol: string;
  readonly encrypted: boolean;
  readonly serverName: string | null;
  readonly clientPriority: RequestPriority;
  serverPriority: RequestPriority | null;
  onpriority: ((priority: RequestPriority) => void) | null;
  readonly autoContinue: boolean;
  /** Throws a `DOMException` where the server cannot, and after the response has begun. */
  sendInformational(status: number, headers?: FieldsInit): void;
  /** No response: the request was not processed. Only as long as nothing was sent. */
  deny(error?: unknown): void;
  /** Settles with the exchange; rejects when it ended badly; `null` where nobody knows. */
  readonly completed: Promise<undefined> | null;
  waitUntil(work: Promise<unknown>): void;
}

/** A response may have a promise of its trailers. */
export type AnyResponse = Response & { readonly trailers?: Promise<Headers> };

/** What a handler gives. */
export type Answer = AnyResponse | undefined;

/** `HandlerObject` of the draft, without `connect`. */
export interface ServerHandler {
  fetch(context: ServerContext): Answer | Promise<Answer>;
  error?(context: ServerContext, error: unknown): Answer | Promise<Answer>;
}
