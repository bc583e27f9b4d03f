/** Scopes and connections made by hand, for tests that need no server. */
import type { Connection, DisconnectReason } from "#src/pagi/connection.js";
import type { HttpScope, LifespanScope, SseScope, WebSocketScope } from "#src/pagi/scope.js";

/** A connection a test can end. */
export interface HandConnection extends Connection {
  isConnected: boolean;
  disconnectReason: DisconnectReason | null;
}

/** An open connection; set `isConnected` and `disconnectReason` to end it. */
export function handConnection(): HandConnection {
  return {
    isConnected: true,
    disconnectReason: null,
    disconnectDetail: null,
    responseStarted: false,
    responseComplete: false,
    signal: new AbortController().signal,
    closed: new Promise(() => undefined),
    onDisconnect: () => undefined,
    onComplete: () => undefined,
    abort: () => undefined,
  };
}

const shared = {
  pagi: { version: "0.5", specVersion: "0.6" },
  httpVersion: "1.1",
  path: "/",
  rawPath: "/",
  queryString: "",
  rootPath: "",
  headers: [["host", "127.0.0.1"]],
  extensions: {},
} as const;

/** A GET request for `/`. */
export function httpScope(changes: Readonly<Record<string, unknown>> = {}): HttpScope {
  const base = { ...shared, type: "http", method: "GET", scheme: "http", connection: handConnection() };
  return { ...base, ...changes } as HttpScope;
}

/** A GET request for an event stream. */
export function sseScope(changes: Readonly<Record<string, unknown>> = {}): SseScope {
  return { ...httpScope(), type: "sse", ...changes } as SseScope;
}

/** A WebSocket handshake that offers `chat`. */
export function webSocketScope(changes: Readonly<Record<string, unknown>> = {}): WebSocketScope {
  const base = {
    ...shared,
    type: "websocket",
    scheme: "ws",
    subprotocols: ["chat"],
    connection: handConnection(),
  };
  return { ...base, ...changes } as WebSocketScope;
}

/** The lifespan of one process. */
export function lifespanScope(changes: Readonly<Record<string, unknown>> = {}): LifespanScope {
  return { type: "lifespan", pagi: shared.pagi, state: {}, ...changes } as LifespanScope;
}
