/**
 * An `http.Server` whose connections are served by our own engine: what listens, emits and closes is node's, what
 * reads requests and writes responses is ours, and in between `fromNode` hosts whoever listens for `request`.
 */
import { Server, type ServerOptions } from "node:http";
import type { Socket } from "node:net";
import { fromNode } from "#src/adapter/node.js";
import type { SessionHost } from "#src/exchange/frame-codec.js";
import type { FileOpener } from "#src/exchange/file-opener.js";
import type { Logger } from "#src/pagi/extension.js";
import { Clock } from "#src/server/clock.js";
import { type Runner, runnerFor } from "#src/server/direct-psgi.js";
import { Http1Connection } from "#src/server/http1-connection.js";
import { type Limits, resolveLimits } from "#src/server/limits.js";
import { nodeFiles } from "#src/server/node-files.js";
import type { ServerConnection, ServerContext } from "#src/server/server-context.js";
import { sessionHost } from "#src/server/websocket-host.js";

const TICK_MS = 5;

type Listener = ConstructorParameters<typeof Server>[1];

/** What all connections of one {@link HostedServer} share. */
class Engine implements ServerContext {
  readonly run: Runner;
  readonly limits: Limits;
  readonly sessions: SessionHost;
  readonly log: Logger = () => undefined;
  readonly files: FileOpener = nodeFiles;
  readonly state = undefined;
  readonly rootPath = "";
  readonly speaksHttp2 = false;
  readonly connections: Set<ServerConnection> = new Set();
  readonly clock: Clock;
  /** Node's server does not tell its open connections that it closes. */
  readonly isStopping = false;
  requestsInFlight = 0;

  constructor(server: Server, options: ServerOptions) {
    // `fromNode` takes no server that listens by itself; but for that, this one is the same.
    const silent = Object.create(server, { listening: { value: false } }) as Server;
    const app = fromNode(silent);
    this.run = runnerFor(app, false);
    this.limits = limitsOf(server, options);
    this.sessions = sessionHost(this.limits);
    this.clock = new Clock(TICK_MS, (now) => {
      for (const connection of this.connections) connection.sweep(now);
    });
  }
}

/** Node's limits, so that what is judged is the adapter. */
function limitsOf(server: Server, options: ServerOptions): Limits {
  const maxHeaderBytes = options.maxHeaderSize ?? 16_384;
  return resolveLimits({
    maxBodyBytes: 0,
    maxHeaderBytes,
    maxHeaderCount: 2000,
    maxRequestLineBytes: maxHeaderBytes,
    halfCloseGraceMs: 1,
    headTimeoutMs: server.headersTimeout || 60_000,
    bodyTimeoutMs: server.requestTimeout || 300_000,
    keepAliveTimeoutMs: server.keepAliveTimeout || 5000,
    maxRequestsPerConnection: server.maxRequestsPerSocket ?? 0,
  });
}

/** Stands in for `http.Server`. */
export class HostedServer extends Server {
  #engine: Engine | undefined;

  constructor(options?: ServerOptions | Listener, listener?: Listener) {
    super(typeof options === "object" ? options : {});
    this.removeAllListeners("connection");
    // As our own listener opens its sockets.
    Object.assign(this, { allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
    this.on("connection", (socket: Socket) => {
      const engine = (this.#engine ??= new Engine(this, typeof options === "object" ? options : {}));
      engine.connections.add(new Http1Connection(socket, engine, undefined));
    });
    const own = typeof options === "function" ? options : listener;
    if (own !== undefined) this.on("request", own);
    // Node does this for each connection; a hosted request has a socket of its own.
    this.on("request", ({ socket }) => {
      if (this.timeout > 0) socket.setTimeout(this.timeout);
    });
    this.on("close", () => this.#engine?.clock.stop());
  }

  override closeIdleConnections(): void {
    for (const connection of this.#engine?.connections ?? []) connection.closeIfIdle();
  }

  override closeAllConnections(): void {
    for (const connection of this.#engine?.connections ?? []) connection.shutdown();
  }
}
