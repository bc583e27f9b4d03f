/** Every bound of the server, with its default. A limit of 0 switches the bound off where that is said. */

/** Bounds in bytes, counts and milliseconds. */
export interface Limits {
  /** Request line; more is answered 414. */
  readonly maxRequestLineBytes: number;
  /** All field lines together; more is answered 431. Trailers have the same bound. */
  readonly maxHeaderBytes: number;
  /** Number of field lines; more is answered 431. */
  readonly maxHeaderCount: number;
  /** Request body; more is answered 413. */
  readonly maxBodyBytes: number;
  /** Body bytes kept for an app that does not read; then the client has to wait. */
  readonly maxQueuedBodyBytes: number;
  /** Unread body bytes that are thrown away to keep the connection; with more left it closes. */
  readonly maxDrainBytes: number;
  /** Open connections; one more is answered 503. 0: no bound. */
  readonly maxConnections: number;
  /** Requests being answered at once; one more is answered 503. 0: no bound. */
  readonly maxRequestsInFlight: number;
  /** Requests on one connection before it closes. 0: no bound. */
  readonly maxRequestsPerConnection: number;
  /** From the first byte of a request to the end of its head; then 408. */
  readonly headTimeoutMs: number;
  /** Without any byte of a body that is being read; then 408 or the connection is cut. */
  readonly bodyTimeoutMs: number;
  /** Average rate of a body after its first `bodyTimeoutMs`, in bytes per second. 0: no bound. */
  readonly minBodyBytesPerSecond: number;
  /** Without progress of a write; then the connection is cut. */
  readonly writeTimeoutMs: number;
  /** Between two requests of a connection. */
  readonly keepAliveTimeoutMs: number;
  /** For one request as a whole. 0: no bound. */
  readonly requestTimeoutMs: number;
  /** After the client has ended its side, for the answer to be completed. */
  readonly halfCloseGraceMs: number;
  /** After the last answer, for the client to close. */
  readonly lingerMs: number;
  /** At or above this many outbound bytes `send` waits. */
  readonly highWaterMark: number;
  /** Below this many outbound bytes a waiting `send` goes on. */
  readonly lowWaterMark: number;
  /** While stopping: how long idle connections may still bring a request. */
  readonly drainWindowMs: number;
  /** While stopping: how long running exchanges may take. */
  readonly graceMs: number;
  /** For lifespan startup and for lifespan shutdown, each. */
  readonly lifespanTimeoutMs: number;
}

/** What the server uses for every limit that is not given. */
export const DEFAULT_LIMITS: Limits = {
  maxRequestLineBytes: 16_384,
  maxHeaderBytes: 65_536,
  maxHeaderCount: 128,
  maxBodyBytes: 16 * 1024 * 1024,
  maxQueuedBodyBytes: 262_144,
  maxDrainBytes: 262_144,
  maxConnections: 0,
  maxRequestsInFlight: 0,
  maxRequestsPerConnection: 0,
  headTimeoutMs: 20_000,
  bodyTimeoutMs: 20_000,
  minBodyBytesPerSecond: 256,
  writeTimeoutMs: 30_000,
  keepAliveTimeoutMs: 75_000,
  requestTimeoutMs: 0,
  halfCloseGraceMs: 1_000,
  lingerMs: 2_000,
  highWaterMark: 131_072,
  lowWaterMark: 32_768,
  drainWindowMs: 1_000,
  graceMs: 30_000,
  lifespanTimeoutMs: 60_000,
};
