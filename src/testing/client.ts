/**
 * The words of the test clients: the same for an app without a socket and for a running server, so that
 * one test body proves both.
 */
import { Buffer } from "node:buffer";
import type { DisconnectReason } from "../pagi/connection.ts";
import type { Headers } from "../pagi/scope.ts";

/** A request body: at once, or piece by piece under the test's control. One that throws is a client that leaves. */
export type RequestBody = string | Uint8Array | AsyncIterable<string | Uint8Array>;

/** One request. */
export interface ClientRequest {
  /** `GET` when absent. */
  readonly method?: string;
  /** The request target as it goes on the wire: `/a%20b?c`, `*`, `http://host/`; `/` when absent. */
  readonly path?: string;
  /** Sent as given. A Host field and the framing of the body are added unless they are here. */
  readonly headers?: Headers;
  readonly body?: RequestBody;
  /** Fields after a body that is given piece by piece. */
  readonly trailers?: Headers;
  /** `1.1` when absent. */
  readonly httpVersion?: "1.0" | "1.1";
}

/** An interim response. */
export interface Informational {
  readonly status: number;
  readonly headers: Headers;
}

/** The head of a final response. */
export interface ClientHead {
  readonly status: number;
  readonly statusText: string;
  /** In wire order, names in lower case. */
  readonly headers: Headers;
}

/** One request under way. Nothing is read before it is asked for, so backpressure is real. */
export interface ClientExchange {
  /** The interim responses so far. */
  readonly informational: readonly Informational[];
  /** The head of the response. Rejects with a `ClosedError` when the connection ends without one. */
  head(): Promise<ClientHead>;
  /** The next piece of the body; `undefined` when it has ended or was cut: `complete` tells which. */
  read(): Promise<Uint8Array | undefined>;
  /** True when the body was read to its proper end. */
  readonly complete: boolean;
  /** Fields after the body. */
  readonly trailers: Headers;
  /** Reads everything that is left. */
  response(): Promise<ClientResponse>;
  /** Leaves now. The reason is what an app without a socket sees; a server finds its own. */
  disconnect(reason?: DisconnectReason): void;
}

/** Something that takes requests: an app or a server. */
export interface Client {
  /** Starts a request and returns at once. */
  open(request?: ClientRequest): ClientExchange;
  /** Does a whole request. */
  request(request?: ClientRequest): Promise<ClientResponse>;
  /** Ends what is still under way. */
  close(): Promise<void>;
}

interface ResponseParts extends ClientHead {
  readonly body: Uint8Array;
  readonly trailers: Headers;
  readonly informational: readonly Informational[];
  readonly complete: boolean;
}

/**
 * A response that was read to its end.
 *
 * @example
 * const response = await client.request({ path: "/hello" });
 * assert.equal(response.status, 200);
 * assert.equal(response.text(), "Hello");
 */
export class ClientResponse implements ResponseParts {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
  readonly trailers: Headers;
  readonly informational: readonly Informational[];
  /** False when the body was cut short. */
  readonly complete: boolean;

  constructor(parts: ResponseParts) {
    this.status = parts.status;
    this.statusText = parts.statusText;
    this.headers = parts.headers;
    this.body = parts.body;
    this.trailers = parts.trailers;
    this.informational = parts.informational;
    this.complete = parts.complete;
  }

  /** The body, decoded as UTF-8. */
  text(): string {
    return new TextDecoder().decode(this.body);
  }

  /** The body as JSON. Throws an error that shows status, type and the start of the body. */
  json(): unknown {
    const text = this.text();
    try {
      return JSON.parse(text);
    } catch (cause) {
      const type = this.header("content-type") ?? "no content-type";
      throw new Error(`not JSON: ${this.status}, ${type}, ${JSON.stringify(text.slice(0, 80))}`, { cause });
    }
  }

  /** The body as a byte string: one char per byte. */
  byteString(): string {
    return Buffer.from(this.body).toString("latin1");
  }

  /** The combined value of a field (RFC 9110 section 5.3); `undefined` when it is absent. */
  header(name: string): string | undefined {
    const values = this.headerAll(name);
    return values.length === 0 ? undefined : values.join(", ");
  }

  /** Every value of a field, in order. */
  headerAll(name: string): string[] {
    const wanted = name.toLowerCase();
    return this.headers.filter(([key]) => key === wanted).map(([, value]) => value);
  }
}

/** Reads what is left of an exchange into a {@link ClientResponse}. */
export async function collect(exchange: ClientExchange): Promise<ClientResponse> {
  const head = await exchange.head();
  const pieces: Uint8Array[] = [];
  for (let piece = await exchange.read(); piece !== undefined; piece = await exchange.read()) {
    pieces.push(piece);
  }
  const { trailers, informational, complete } = exchange;
  return new ClientResponse({ ...head, body: Buffer.concat(pieces), trailers, informational, complete });
}
