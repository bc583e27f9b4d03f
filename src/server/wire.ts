/**
 * The narrow waist between an exchange and whatever carries it: HTTP/1.1 and HTTP/2 connections, gateways
 * and the socketless test client each implement {@link ResponseWire}; the exchange knows nothing else of them.
 */
import type { Headers } from "../pagi/scope.ts";

/** The head of a final response, already checked by the exchange. */
export interface ResponseHead {
  readonly status: number;
  readonly headers: Headers;
  readonly statusText: string | undefined;
  /** The byte length the exchange knows: declared by the app or the whole body at hand; else `undefined`. */
  readonly length: number | undefined;
  /** True when trailers were promised. */
  readonly trailers: boolean;
}

/** What an exchange may ask of its transport. No method throws; a dead transport swallows. */
export interface ResponseWire {
  /** Bytes accepted and not yet handed on. */
  readonly bufferedAmount: number;
  readonly highWaterMark: number;
  readonly lowWaterMark: number;
  /** Writes the head with the first piece; `end` completes the response. `chunk` is empty for HEAD and 204. */
  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void;
  /** Writes a piece; `end` completes the response. */
  write(chunk: Uint8Array | string, end: boolean): void;
  /** Writes trailers and completes the response. */
  trailers(headers: Headers): void;
  /** Writes a 1xx response. */
  informational(status: number, headers: Headers): void;
  /** The app wants body bytes now: resume reading, answer `Expect: 100-continue`. */
  wantBody(): void;
  /** Calls `listener` once when `bufferedAmount` has fallen below `lowWaterMark` or the transport died. */
  whenDrained(listener: () => void): void;
  /** Cuts this exchange visibly: close, RST_STREAM. Never waits. */
  abort(): void;
}
