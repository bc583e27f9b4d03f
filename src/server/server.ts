/** The machine: lifespan, listeners, connections, and how they end. */
import type { Socket } from "node:net";
import { checkOptions, type OptionKind } from "../http/check-options.ts";
import { UsageError } from "../http/errors.ts";
import type { App } from "../pagi/app.ts";
import type { Logger } from "../pagi/extension.ts";
import type { LifespanInfo, State } from "../pagi/scope.ts";
import { afterCut } from "./after-cut.ts";
import { Clock } from "./clock.ts";
import { type Runner, runnerFor } from "./direct-psgi.ts";
import type { CloseOptions, ListenAddress, Running } from "./handler.ts";
import { LIMIT_OPTIONS } from "./limit-options.ts";
import { sessionHost } from "./websocket-host.ts";
import type { SessionHost } from "../exchange/frame-codec.ts";
import type { FileOpener } from "../exchange/file-opener.ts";
import { PAGI_INFO } from "../exchange/pagi-info.ts";
import { quietLog } from "../exchange/quiet-log.ts";
import { Lifespan } from "../exchange/lifespan.ts";
import { type Limits, resolveLimits } from "./limits.ts";
import { nodeFiles } from "./node-files.ts";
import { parseListen } from "./listen-url.ts";
import { type Listener, type ListenerOptions, openListener } from "./listener.ts";
import { openConnection } from "./open-connection.ts";
import { OPTIONS } from "./options.ts";
import { Handshake } from "./tls/handshake.ts";
import { mergeTls, type TlsSettings } from "./tls/settings.ts";
import { TlsDoor } from "./tls/tls-door.ts";
import type { ServerConnection, ServerContext } from "./server-context.ts";

/** What a server is made with; limits by name, as in `docs/options.md`. */
export interface ServeOptions extends Partial<Limits> {
  /** Listen URLs; `http://127.0.0.1:0` when absent. */
  readonly listen?: readonly string[];
  /** How many connections the system may queue before they are accepted. */
  readonly backlog?: number;
  /** False for HTTP/1 alone; true when absent. */
  readonly http2?: boolean;
  /** The path under which the whole server is mounted by whoever is in front of it. */
  readonly rootPath?: string;
  /** For `https:` listeners that do not say it themselves. */
  readonly tls?: TlsSettings;
  /** Where the server reports trouble; nowhere when absent. */
  readonly log?: Logger;
  /** What lifespan learns of its worker. */
  readonly worker?: Pick<LifespanInfo, "isWorker" | "workerNum">;
}

const KINDS: Readonly<Record<string, OptionKind>> = {
  ...Object.fromEntries(Object.keys(LIMIT_OPTIONS).map((name) => [name, "number"] as const)),
  listen: "object",
  backlog: "number",
  http2: "boolean",
  rootPath: "string",
  tls: "object",
  log: "function",
  worker: "object",
};

/**
 * Runs lifespan startup, then listens. Rejects with a message for people when either fails.
 *
 * @example
 * const running = await serve(app, { listen: ["http://127.0.0.1:0"] });
 * await running.close();
 */
export async function serve(app: App, options: ServeOptions = {}): Promise<Running> {
  checkOptions("serve", options, KINDS);
  const server = new HttpServer(app, options);
  await server.start(options.listen ?? ["http://127.0.0.1:0"], options.backlog);
  return server;
}

function checkRootPath(rootPath: string): string {
  if (rootPath === "" || (rootPath.startsWith("/") && !rootPath.endsWith("/"))) return rootPath;
  throw new UsageError(
    `rootPath must be empty, or start and not end with a slash, not "${rootPath}" (PATH-5)`,
  );
}

class HttpServer implements ServerContext, Running {
  readonly run: Runner;
  readonly limits: Limits;
  readonly sessions: SessionHost;
  readonly log: Logger;
  readonly clock: Clock;
  readonly files: FileOpener = nodeFiles;
  readonly rootPath: string;
  readonly speaksHttp2: boolean;
  readonly connections: Set<ServerConnection> = new Set();
  readonly closed: Promise<void>;
  readonly #lifespan: Lifespan;
  readonly #tls: TlsSettings | undefined;
  #listeners: Listener[] = [];
  #resolveClosed: (() => void) | undefined;
  #closing: Promise<void> | undefined;
  isStopping = false;
  requestsInFlight = 0;

  constructor(app: App, options: ServeOptions) {
    this.run = runnerFor(app, options.worker?.isWorker === true);
    this.limits = resolveLimits(options);
    this.sessions = sessionHost(this.limits);
    this.log = quietLog(options.log);
    this.rootPath = checkRootPath(options.rootPath ?? "");
    this.#tls = options.tls;
    this.speaksHttp2 = options.http2 ?? OPTIONS.http2.default;
    this.clock = new Clock(tickMs(this.limits), (now) => this.#sweep(now));
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.#lifespan = new Lifespan(app, {
      log: this.log,
      timeoutMs: this.limits.lifespanTimeoutMs,
      info: { ...PAGI_INFO, ...options.worker },
    });
  }

  get state(): State {
    return this.#lifespan.state;
  }

  get addresses(): readonly ListenAddress[] {
    return this.#listeners.map((listener) => listener.address);
  }

  get url(): string {
    return this.#listeners[0]!.address.url;
  }

  /** Opens everything or nothing. */
  async start(urls: readonly string[], backlog: number = OPTIONS.backlog.default): Promise<void> {
    const targets = urls.map((url) => parseListen(url));
    if (targets.length === 0) throw new UsageError("listen is empty: name at least one place");
    const options: ListenerOptions = {
      backlog,
      accept: (socket, path, door) => this.#accept(socket, path, door),
      openDoor: (settings) => this.#openDoor(settings),
      failed: (error) => this.log({ level: "error", message: `cannot accept: ${error.message}` }),
    };
    try {
      await this.#lifespan.startup();
      for (const target of targets) {
        this.#listeners.push(await openListener(target, options));
      }
    } catch (error) {
      this.#stopListening();
      for (const connection of this.connections) connection.shutdown();
      await this.#lifespan.shutdown();
      this.clock.stop();
      throw error;
    }
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#stop(options.graceMs ?? this.limits.graceMs);
    return this.#closing;
  }

  async reloadTls(): Promise<void> {
    await Promise.all(this.#listeners.map(({ door }) => door?.reload()));
  }

  #openDoor(settings: TlsSettings): Promise<TlsDoor> {
    const { speaksHttp2, log } = this;
    const { handshakeTimeoutMs, maxHandshakes } = this.limits;
    const options = { handshakeTimeoutMs, maxHandshakes, speaksHttp2, log };
    return TlsDoor.open(mergeTls(settings, this.#tls), options);
  }

  #accept(socket: Socket, unixPath: string | undefined, door: TlsDoor | undefined): void {
    const isFull = this.connections.size >= this.limits.maxConnections;
    if (isFull) return door === undefined ? turnAway(socket, this.limits.lingerMs) : void socket.destroy();
    if (door === undefined) return this.#open(socket, unixPath);
    const handshake = new Handshake(socket, this);
    this.connections.add(handshake);
    return door.enter(socket, (secure) => {
      this.connections.delete(handshake);
      if (secure !== undefined) this.#open(secure, unixPath);
    });
  }

  #open(socket: Socket, unixPath: string | undefined): void {
    this.connections.add(openConnection(socket, this, unixPath));
  }

  #sweep(now: number): void {
    for (const connection of this.connections) connection.sweep(now);
  }

  #stopListening(): void {
    for (const listener of this.#listeners) listener.close();
  }

  /**
   * Accepts no more; idle connections get a window in which their next request is still answered, with
   * `connection: close`; then they are closed, and what runs has until the deadline (LIFE-8).
   */
  async #stop(graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    this.isStopping = true;
    this.#stopListening();
    for (const connection of this.connections) connection.stop();
    const windowEnd = Math.min(deadline, performance.now() + this.limits.drainWindowMs);
    await this.#until(() => this.connections.size === 0, windowEnd);
    for (const connection of this.connections) connection.closeIfIdle();
    await this.#until(() => this.connections.size === 0, deadline);
    for (const connection of this.connections) connection.shutdown();
    await afterCut(() => this.connections.size === 0 && this.requestsInFlight === 0);
    await this.#until(() => this.requestsInFlight === 0, deadline);
    await this.#lifespan.shutdown();
    this.clock.stop();
    this.#resolveClosed!();
  }

  /** Looks every few milliseconds: stopping is rare, so nothing else has to keep count for it. */
  async #until(isReached: () => boolean, deadline: number): Promise<void> {
    while (!isReached() && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Answers 503 and gives the client a moment to read it; nobody stays by not leaving. */
function turnAway(socket: Socket, lingerMs: number): void {
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.on("close", () => clearTimeout(timer));
  socket.on("error", () => socket.destroy());
  socket.end(
    "HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
  );
  socket.resume();
}

/** Often enough for the shortest deadline, never more often than every ten milliseconds. */
function tickMs(limits: Limits): number {
  const shortest = Math.min(
    limits.handshakeTimeoutMs,
    limits.headTimeoutMs,
    limits.bodyTimeoutMs,
    limits.writeTimeoutMs,
    limits.keepAliveTimeoutMs,
    limits.requestTimeoutMs,
    limits.halfCloseGraceMs,
    limits.lingerMs,
  );
  return Math.min(500, Math.max(10, shortest / 4));
}
