/** The rows of the options table that bound what a client may cost. Zero switches a limit off. */

/** Limits of the server. Names carry their unit. */
export const LIMIT_OPTIONS = {
  maxRequestLineBytes: {
    type: "number",
    default: 8192,
    group: "limits",
    help: "Longest request line; 414 beyond.",
  },
  maxHeaderBytes: {
    type: "number",
    default: 16_384,
    group: "limits",
    help: "Largest head, all fields together; 431 beyond.",
  },
  maxHeaderCount: {
    type: "number",
    default: 100,
    group: "limits",
    help: "Most header fields in one request; 431 beyond.",
  },
  maxBodyBytes: {
    type: "number",
    default: 10_000_000,
    group: "limits",
    help: "Largest request body; 413 beyond; 0 for no limit.",
  },
  headTimeoutMs: {
    type: "number",
    default: 10_000,
    group: "limits",
    help: "Time a client has to send a whole head; 408 beyond.",
  },
  keepAliveTimeoutMs: {
    type: "number",
    default: 65_000,
    group: "limits",
    help: "How long an idle connection is kept for the next request.",
  },
  requestTimeoutMs: {
    type: "number",
    default: 0,
    group: "limits",
    help: "Time one request may take from head to end of response; 0 for no limit.",
  },
  writeTimeoutMs: {
    type: "number",
    default: 30_000,
    group: "limits",
    help: "Time a client may read nothing while a response waits; the connection is cut beyond.",
  },
  minBodyRate: {
    type: "number",
    default: 100,
    group: "limits",
    help: "Slowest request body in bytes per second, measured over some seconds; 408 below; 0 for no limit.",
  },
  maxConnections: {
    type: "number",
    default: 0,
    group: "limits",
    help: "Most open connections; more are closed at once; 0 for no limit.",
  },
  maxRequestsInFlight: {
    type: "number",
    default: 0,
    group: "limits",
    help: "Most requests answered at the same time; 503 beyond; 0 for no limit.",
  },
} as const;
