/** Limits that a conformance case asks its server for. */

const LIMITS = {
  requestLineBytes: true,
  headBytes: true,
  headerCount: true,
  bodyBytes: true,
  headMs: true,
  bodyMs: true,
  maxExchanges: true,
  messageBytes: true,
  acceptMs: true,
} as const;

/** What a server started for a case must hold to; absent ones stay at the server's own value. */
export interface SuiteLimits {
  /** Longest request line: 414 above. */
  readonly requestLineBytes?: number;
  /** Largest head after the request line: 431 above. */
  readonly headBytes?: number;
  /** Most header fields: 431 above. */
  readonly headerCount?: number;
  /** Largest request body: 413 above. */
  readonly bodyBytes?: number;
  /** Milliseconds for a head to arrive: 408 or a silent close after. */
  readonly headMs?: number;
  /** Milliseconds without a byte of a body that is being read: 408 after. */
  readonly bodyMs?: number;
  /** Exchanges at once: 503 above. */
  readonly maxExchanges?: number;
  /** Largest WebSocket message: 1009 above. */
  readonly messageBytes?: number;
  /** Milliseconds for an app to answer a WebSocket handshake: 503 after. */
  readonly acceptMs?: number;
}

/** True for the name of a limit. */
export function isLimit(name: string): name is keyof SuiteLimits {
  return Object.hasOwn(LIMITS, name);
}
