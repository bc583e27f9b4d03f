/**
 * Optional abilities a server advertises in `scope.extensions`. The presence of a key is the test.
 * Types only; add your own by declaration merging on {@link Extensions}.
 */

/** Facts about a TLS connection; absent on clear-text connections (EXT-TLS-*). */
export interface TlsExtension {
  /** The server's certificate as PEM, or `null` when unknown. */
  readonly serverCert: string | null;
  /** The client's certificate chain as PEM, leaf first; empty without one. */
  readonly clientCertChain: readonly string[];
  /** The client's distinguished name (RFC 4514), or `null`. */
  readonly clientCertName: string | null;
  /** Why the client certificate was not accepted, or `null`. */
  readonly clientCertError: string | null;
  /** The protocol version as on the wire (0x0304 is TLS 1.3), or `null`. */
  readonly tlsVersion: number | null;
  /** The cipher suite's registered number, or `null`. */
  readonly cipherSuite: number | null;
}

/** The least that is known of a raw socket; on Node it is a `net.Socket`. */
export interface RawSocket {
  write(chunk: Uint8Array | string): boolean;
  end(): unknown;
  destroy(error?: Error): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
}

/** Hands the whole connection to the app; the server never touches it again (EXT-IO-*). */
export interface IoExtension {
  /** Takes the socket and the bytes that were already read from it. Throws after a response start. */
  take(): { readonly socket: RawSocket; readonly head: Uint8Array };
}

/** How urgent the client finds the response (RFC 9218), HTTP/2 only (EXT-PRIO-*). */
export interface PriorityExtension {
  /** 0, the most urgent, to 7; 3 when the client says nothing. */
  readonly urgency: number;
  /** True when the client can use the response piece by piece, so that several may share the connection. */
  readonly incremental: boolean;
}

/** Severity of a log entry, the five words of `psgix.logger`. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "fatal";

/** Writes one entry to the server's log. Never throws. */
export type Logger = (entry: { readonly level: LogLevel; readonly message: string }) => void;

/** What a module worker is bound to: its variables, secrets, stores and services. */
export interface WorkersExtension {
  readonly bindings: Readonly<Record<string, unknown>>;
}

/** As much of the context of a Lambda invocation as every runtime has; the rest is there too. */
export interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  /** False lets an invocation end while timers and sockets are still open. */
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

/** One invocation of a Lambda function. */
export interface LambdaExtension {
  /** The event as it came: path parameters, stage variables, and what else its gateway tells. */
  readonly event: Readonly<Record<string, unknown>>;
  /** The event's `requestContext`, with the authorizer's claims. */
  readonly requestContext: Readonly<Record<string, unknown>>;
  /** Absent where nobody has given one, as in some tests. */
  readonly context: LambdaContext | undefined;
}

/**
 * The extensions that Tack knows.
 *
 * @example
 * declare module "tack/pagi/extension" {
 *   interface Extensions { geo?: { readonly country: string } }
 * }
 */
export interface Extensions {
  readonly tls?: TlsExtension;
  /** `http.response.informational` is allowed. */
  readonly earlyHints?: Readonly<Record<string, unknown>>;
  /** The last `http.request` event carries `trailers`. */
  readonly requestTrailers?: Readonly<Record<string, unknown>>;
  /** `http.fullflush` is allowed. */
  readonly fullflush?: Readonly<Record<string, unknown>>;
  readonly io?: IoExtension;
  readonly priority?: PriorityExtension;
  /** On a module worker alone. */
  readonly workers?: WorkersExtension;
  /** Behind `toWintertc` alone: the context of the draft, which may change. */
  readonly wintertc?: { readonly context: object };
  /** Under AWS Lambda alone. */
  readonly lambda?: LambdaExtension;
  readonly logger?: Logger;
}
