/** What every way to run an app looks like from outside. */
import type { App } from "../pagi/app.ts";

/** One place where a running server accepts connections. */
export interface ListenAddress {
  /** For people and clients: `http://127.0.0.1:5000`, `unix:/run/app.sock`. */
  readonly url: string;
  readonly host?: string;
  readonly port?: number;
  /** The path of a unix socket. */
  readonly path?: string;
  /** True where TLS is spoken. */
  readonly isSecure?: true;
}

/** How a stop is done. */
export interface CloseOptions {
  /** Milliseconds that running exchanges get before their connections are cut. */
  readonly graceMs?: number;
}

/**
 * A server that accepts connections.
 *
 * @example
 * const running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
 * await fetch(running.url);
 * await running.close();
 */
export interface Running {
  /** The first address. */
  readonly url: string;
  readonly addresses: readonly ListenAddress[];
  /** Stops accepting, answers what runs, ends lifespan; resolves when all is over. Safe to call twice. */
  close(options?: CloseOptions): Promise<void>;
  /**
   * Reads certificates and keys anew, where TLS is spoken; no connection is lost. Rejects when they cannot be used:
   * then everything stays as it was. Absent where a server has nothing to reload.
   */
  reloadTls?(): Promise<void>;
  /** Resolves when the server has ended, however it ended. */
  readonly closed: Promise<void>;
}

/** One way to run an app; the file name under `handler/` is what follows `tackup -s`. */
export interface Handler {
  readonly name: string;
  /** Starts lifespan, then listens, then resolves. Rejects with a message for people when it cannot. */
  run(app: App): Promise<Running>;
}
