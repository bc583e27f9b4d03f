/**
 * The rows of the options table that bound what a client may cost. {@link Limits} and its defaults come from
 * here. Zero switches a limit off where the help says so. Names carry their unit.
 */

/** The name of a limit. */
export type LimitName =
  | "maxRequestLineBytes"
  | "maxHeaderBytes"
  | "maxHeaderCount"
  | "maxBodyBytes"
  | "maxQueuedBodyBytes"
  | "maxDrainBytes"
  | "maxConnections"
  | "maxHandshakes"
  | "maxRequestsInFlight"
  | "maxRequestsPerConnection"
  | "handshakeTimeoutMs"
  | "maxConcurrentStreams"
  | "maxResetsPerSecond"
  | "maxControlFramesPerSecond"
  | "headTimeoutMs"
  | "bodyTimeoutMs"
  | "minBodyRate"
  | "writeTimeoutMs"
  | "keepAliveTimeoutMs"
  | "requestTimeoutMs"
  | "halfCloseGraceMs"
  | "lingerMs"
  | "highWaterMark"
  | "lowWaterMark"
  | "drainWindowMs"
  | "graceMs"
  | "lifespanTimeoutMs"
  | "maxMessageBytes"
  | "maxMessageFragments"
  | "maxReceiveQueue"
  | "acceptTimeoutMs"
  | "closeTimeoutMs"
  | "sessionIdleTimeoutMs"
  | "deflateMinBytes"
  | "deflateContextBits"
  | "stopCloseCode";

/** One limit, in the form of the options table. */
export interface LimitRow {
  readonly type: "number";
  readonly default: number;
  readonly group: "limits";
  readonly help: string;
}

/** Limits of the server. */
export const LIMIT_OPTIONS: Readonly<Record<LimitName, LimitRow>> = {
  maxRequestLineBytes: limit(8192, "Longest request line; 414 beyond."),
  maxHeaderBytes: limit(
    32_768,
    "Largest head, all fields together; 431 beyond. Trailers have the same bound.",
  ),
  maxHeaderCount: limit(100, "Most header fields in one request; 431 beyond."),
  maxBodyBytes: limit(10_000_000, "Largest request body; 413 beyond; 0 for no limit."),
  maxQueuedBodyBytes: limit(262_144, "Body bytes kept for an app that does not read; then the client waits."),
  maxDrainBytes: limit(
    262_144,
    "Unread body bytes thrown away to keep a connection; with more left it closes.",
  ),
  maxConnections: limit(0, "Most open connections; more are answered 503 and closed; 0 for no limit."),
  maxHandshakes: limit(
    1000,
    "Most TLS handshakes under way; beyond, the one that takes longest is cut; 0 for no limit.",
  ),
  maxRequestsInFlight: limit(0, "Most requests answered at the same time; 503 beyond; 0 for no limit."),
  maxRequestsPerConnection: limit(0, "Requests on one connection before it closes; 0 for no limit."),
  handshakeTimeoutMs: limit(10_000, "Time a client has for its TLS handshake; the connection is cut beyond."),
  maxConcurrentStreams: limit(100, "Most requests at the same time on one HTTP/2 connection."),
  maxResetsPerSecond: limit(
    200,
    "Streams that an HTTP/2 client may reset in one second; the connection is closed beyond. Before Node 24 that is also at 33 a second in the long run.",
  ),
  maxControlFramesPerSecond: limit(
    1000,
    "PING and SETTINGS frames of an HTTP/2 client in one second; the connection is closed beyond.",
  ),
  headTimeoutMs: limit(10_000, "Time a client has to send a whole head; 408 beyond."),
  bodyTimeoutMs: limit(20_000, "Time without any byte of a request body; 408 beyond."),
  minBodyRate: limit(
    100,
    "Slowest request body in bytes per second, after bodyTimeoutMs; 408 below; 0 for no limit.",
  ),
  writeTimeoutMs: limit(
    30_000,
    "Time a client may take nothing while a response waits; the connection is cut beyond.",
  ),
  keepAliveTimeoutMs: limit(75_000, "How long an idle connection is kept for the next request."),
  requestTimeoutMs: limit(0, "Time one request may take from head to end of response; 0 for no limit."),
  halfCloseGraceMs: limit(1000, "Time an answer may still take after the client has ended its side."),
  lingerMs: limit(2000, "Time a client has to close after the last answer of a connection."),
  highWaterMark: limit(131_072, "Outbound bytes of one connection at which send waits."),
  lowWaterMark: limit(32_768, "Outbound bytes below which a waiting send goes on."),
  drainWindowMs: limit(1000, "While stopping: how long idle connections may still bring a request."),
  graceMs: limit(30_000, "While stopping: how long running exchanges may take before they are cut."),
  lifespanTimeoutMs: limit(60_000, "Time lifespan startup, and later shutdown, may take."),
  maxMessageBytes: limit(1_048_576, "Largest WebSocket message, also when it is expanded; 1009 beyond."),
  maxMessageFragments: limit(16_384, "Most fragments of one WebSocket message; 1008 beyond."),
  maxReceiveQueue: limit(
    1024,
    "Most WebSocket messages kept for an app that does not receive; then the client waits.",
  ),
  acceptTimeoutMs: limit(
    10_000,
    "Time an app has to accept or refuse a WebSocket; 503 beyond; 0 for no limit.",
  ),
  closeTimeoutMs: limit(5000, "Time a WebSocket client has to answer a close frame; 0 for no limit."),
  sessionIdleTimeoutMs: limit(0, "Time a WebSocket may stay without any frame; 0 for no limit."),
  deflateMinBytes: limit(
    0,
    "Compress WebSocket messages from this size on, for clients that can; 0 for no compression.",
  ),
  deflateContextBits: limit(
    0,
    "Keep a compression window of 2 to this power (9 to 15) from message to message: smaller messages for much memory; 0 for none.",
  ),
  stopCloseCode: limit(1012, "Close code of WebSockets while stopping: 1012 (restart) or 1001 (going away)."),
};

function limit(value: number, help: string): LimitRow {
  return { type: "number", default: value, group: "limits", help };
}
