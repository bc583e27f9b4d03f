/**
 * The narrow waist between an exchange and whatever carries it: HTTP/1.1 and HTTP/2 connections, gateways
 * and the socketless test client each implement {@link ResponseWire}; the exchange knows nothing else of them.
 */
import type { Headers } from "../pagi/scope.ts";
import type { FieldFacts } from "./field-facts.ts";

/** The head of a final response, already checked by the exchange. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
  readonly fields: FieldFacts;
  readonly statusText: string | undefined;
  /** The body's length in bytes when it is known: declared by the app, or the whole body is at hand. */
  readonly length: number | undefined;
  /** True when trailers were promised. */
  readonly hasTrailers: boolean;
  /** True when no body goes over the wire, whatever the length says: HEAD, 204, 304. */
  readonly isBodyless: boolean;
}

/** What an exchange may ask of its transport. No method throws; a dead transport swallows. */
export interface ResponseWire {
  /** Bytes accepted and not yet handed on. */
  readonly bufferedAmount: number;
  readonly highWaterMark: number;
  readonly lowWaterMark: number;
  /** False when a response with a known length cannot have trailers (HTTP/1.1). */
  readonly allowsTrailersWithLength: boolean;
  /** Events of extensions that are not offered on this transport; all are when absent (EXT-2). */
  readonly unoffered?: readonly string[];
  /** Writes the head with the first piece; `end` completes the response. `chunk` is empty when bodyless. */
  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void;
  /** Writes a piece; `end` completes the response. */
  write(chunk: Uint8Array | string, end: boolean): void;
  /** Writes trailers and completes the response. */
  trailers(fields: FieldFacts, headers: Headers): void;
  /** Writes a 1xx response. */
  informational(status: number, fields: FieldFacts, headers: Headers): void;
  /**
   * Accepts a WebSocket handshake with these fields: 101, on HTTP/2 200 (RFC 8441). From then on `write` sends bytes
   * as they are, its `end` ends our side, and bytes of the client come to the exchange as a body. Absent where
   * connections cannot change their protocol.
   */
  upgrade?(fields: FieldFacts, headers: Headers): void;
  /** Hands everything accepted so far to the operating system. */
  flush(): void;
  /** The app wants body bytes now: resume reading, answer `Expect: 100-continue`. */
  wantBody(): void;
  /** Calls `listener` once when `bufferedAmount` has fallen below `lowWaterMark`, or the transport died. */
  whenDrained(listener: () => void): void;
  /** Cuts this exchange visibly (close, RST_STREAM). Never waits. */
  abort(): void;
  /** The next write completes a response after which the transport must not be used again. */
  closeAfter(): void;
}
