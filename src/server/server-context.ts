/** What all connections of one server share. */
import type { SessionHost } from "../exchange/frame-codec.ts";
import type { ExchangeHost } from "../exchange/exchange.ts";
import type { State } from "../pagi/scope.ts";
import type { Clock } from "./clock.ts";
import type { Runner } from "./direct-psgi.ts";
import type { Limits } from "./limits.ts";

/** A connection as its server sees it. */
export interface ServerConnection {
  /** Looks at the deadlines of the connection. */
  sweep(now: number): void;
  /** The server begins to stop: what would stay open by itself is told to end. */
  stop(): void;
  /** Closes when no request is being read or answered. */
  closeIfIdle(): void;
  /** Ends everything now, because the server stops. */
  shutdown(): void;
}

/** Shared by the connections of a server. */
export interface ServerContext extends ExchangeHost {
  /** Runs an exchange of the app. */
  readonly run: Runner;
  readonly limits: Limits;
  readonly sessions: SessionHost;
  readonly clock: Clock;
  /** What lifespan startup left; each scope gets a shallow copy (SCOPE-9). */
  readonly state: State | undefined;
  /** The path under which the whole server is mounted (PATH-11). */
  readonly rootPath: string;
  /** HTTP/2 is understood beside HTTP/1. */
  readonly speaksHttp2: boolean;
  /** True once the server stops: answers say `connection: close`. */
  readonly isStopping: boolean;
  requestsInFlight: number;
  readonly connections: Set<ServerConnection>;
}
