/**
 * What an app is told about one exchange before anything is read or sent.
 * Types only. Rules: `spec/PAGI.md` (SCOPE-*, PATH-*, HEAD-*).
 */
import type { Connection, Transport } from "./connection.ts";
import type { Extensions } from "./extension.ts";

/**
 * Header fields in wire order: lower-case names, values as byte strings (each char <= 0xFF).
 * Repeated fields stay repeated.
 *
 * @example
 * const headers: Headers = [["content-type", "text/plain"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]];
 */
export type Headers = readonly (readonly [name: string, value: string])[];

/** Which edition of the contract the caller of the app speaks. */
export interface PagiInfo {
  /** Version of the core contract. */
  readonly version: string;
  /** Version of the sub-contract of this scope type; a missing one means "0.1". */
  readonly specVersion?: string;
}

/** A lifespan scope's `pagi` also says which worker is starting. */
export interface LifespanInfo extends PagiInfo {
  readonly isWorker?: boolean;
  /** 1-based; `null` or absent outside a pool of workers. */
  readonly workerNum?: number | null;
}

/** Host and port of a peer. */
export type ClientAddress = readonly [host: string, port: number];

/** Host and port the server listens on, or the path of its unix socket. */
export type ServerAddress = readonly [host: string, port: number] | readonly [path: string, port: null];

/** What apps keep from startup to shutdown; each scope gets a shallow copy. */
export type State = Record<string, unknown>;

/** What http, sse and websocket scopes share. */
export interface RequestScope {
  readonly pagi: PagiInfo;
  readonly httpVersion: "1.0" | "1.1" | "2";
  /** The rest of the requested path below `rootPath`: percent-decoded once, then UTF-8. */
  readonly path: string;
  /** The whole requested path as it was sent; mounts never change it. */
  readonly rawPath: string;
  /** What follows the question mark, still encoded; empty when nothing does. */
  readonly queryString: string;
  /** The prefix under which the app is mounted; empty at the root. */
  readonly rootPath: string;
  readonly headers: Headers;
  /** Absent on unix sockets. */
  readonly client?: ClientAddress;
  readonly server?: ServerAddress;
  readonly state?: State;
  readonly extensions: Extensions;
  readonly connection: Connection;
  /** Absent when the server cannot measure its queue. */
  readonly transport?: Transport;
}

/** Keys that middleware add to a scope; extend by declaration merging. */
export interface ScopeAdditions {
  /** Set by session middleware; becomes `psgix.session`. */
  readonly session?: Record<string, unknown>;
  /** Set by session middleware; becomes `psgix.session.options`. */
  readonly sessionOptions?: Record<string, unknown>;
}

/** One HTTP request. */
export interface HttpScope extends RequestScope, ScopeAdditions {
  readonly type: "http";
  /** The request method exactly as sent: methods are case-sensitive (RFC 9110 §9.1). */
  readonly method: string;
  readonly scheme: "http" | "https";
}

/** One request of a client that asked for an event stream. */
export interface SseScope extends RequestScope, ScopeAdditions {
  readonly type: "sse";
  readonly method: string;
  readonly scheme: "http" | "https";
}

/** One WebSocket session, from handshake to close. */
export interface WebSocketScope extends RequestScope, ScopeAdditions {
  readonly type: "websocket";
  readonly scheme: "ws" | "wss";
  /** Offered by the client, in its order; empty when none. */
  readonly subprotocols: readonly string[];
  /** Largest message the server accepts, in bytes. */
  readonly maxFrameSize?: number;
  /** Most messages the server queues; then the client has to wait, or the session ends with 1008. */
  readonly maxReceiveQueue?: number;
}

/** The life of the app in one process. */
export interface LifespanScope {
  readonly type: "lifespan";
  readonly pagi: LifespanInfo;
  /** Filled by the app during startup; absent when the server cannot share it. */
  readonly state?: State;
}

/**
 * Every scope, told apart by `type`.
 *
 * @example
 * if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
 */
export type Scope = HttpScope | SseScope | WebSocketScope | LifespanScope;

/** The scopes that are answered: everything but lifespan. */
export type ExchangeScope = HttpScope | SseScope | WebSocketScope;
