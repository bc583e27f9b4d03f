/** What a connection knows of the exchange it carries, whatever its kind. */
import type { App } from "../pagi/app.ts";
import type { Connection, DisconnectReason, Transport } from "../pagi/connection.ts";
import type { Logger } from "../pagi/extension.ts";
import type { Headers, Scope } from "../pagi/scope.ts";
import type { FileOpener } from "./file-opener.ts";

/**
 * One call of the app: an http request, and whatever else a request may turn into.
 *
 * @example
 * function lost(exchange: Exchange): void {
 *   exchange.end("client_closed", "the connection was closed");
 * }
 */
export interface Exchange {
  /** The scope's `connection`. */
  readonly connection: Connection;
  /** The scope's `transport`. */
  readonly transport: Transport;
  /** Bytes from the client that wait for the app. */
  readonly queuedBytes: number;
  /** Calls the app, judges what it leaves behind, then calls `settled`. */
  run(app: App, scope: Scope, settled: () => void): void;
  /** A piece of the request body has arrived. */
  pushBody(piece: Uint8Array, isLast: boolean, trailers?: Headers): void;
  /** The exchange is over abnormally: the client is lost, a limit was reached, the app failed (CONN-13). */
  end(reason: DisconnectReason, detail?: string | null): void;
  /** The server stops: what would stay open by itself comes to its end; a request is answered as ever (LIFE-8). */
  stop(): void;
  /** The connection now belongs to the app (EXT-IO-1). Throws when it is too late or was done before. */
  markTaken(): void;
}

/** What exchanges take from whoever runs them. */
export interface ExchangeHost {
  readonly log: Logger;
  /** Absent where there are no files. */
  readonly files: FileOpener | undefined;
}
