/** `tackup -s node`: one process, on the HTTP server of Node itself. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type NodeHandler, toNode } from "../adapter/node.ts";
import { checkOptions, type OptionKind } from "../http/check-options.ts";
import type { App } from "../pagi/app.ts";
import type { Logger } from "../pagi/extension.ts";
import { afterCut } from "../server/after-cut.ts";
import type { CloseOptions, Handler, ListenAddress, Running } from "../server/handler.ts";
import { LIMIT_OPTIONS } from "../server/limit-options.ts";
import { type Limits, resolveLimits } from "../server/limits.ts";
import { parseListen } from "../server/listen-url.ts";
import { type Listener, type ListenerOptions, openListener } from "../server/listener.ts";
import { OPTIONS } from "../server/options.ts";
import { mergeTls, type TlsSettings } from "../server/tls/settings.ts";
import { TlsDoor } from "../server/tls/tls-door.ts";

/**
 * The options of {@link node}. Of the limits those count that `node:http` has: `maxHeaderBytes`, `maxHeaderCount`,
 * `handshakeTimeoutMs`, `headTimeoutMs`, `keepAliveTimeoutMs`, `maxConnections`, and those of stopping and lifespan.
 */
export interface NodeOptions extends Partial<Limits> {
  /** Listen URLs; `http://127.0.0.1:0` when absent. */
  readonly listen?: readonly string[];
  /** How many connections the system may queue before they are accepted. */
  readonly backlog?: number;
  /** The path under which the whole server is mounted by whoever is in front of it. */
  readonly rootPath?: string;
  /** For `https:` listeners that do not say it themselves. */
  readonly tls?: TlsSettings;
  /** Where the server reports trouble; nowhere when absent. */
  readonly log?: Logger;
}

const KINDS: Readonly<Record<string, OptionKind>> = {
  ...Object.fromEntries(Object.keys(LIMIT_OPTIONS).map((name) => [name, "number"] as const)),
  listen: "object",
  backlog: "number",
  rootPath: "string",
  tls: "object",
  log: "function",
};

/**
 * Serves an app with `node:http`, for comparison and where something wants that very server. `run` rejects with a
 * `UsageError` when startup fails or a place cannot be listened on.
 *
 * @example
 * const running = await node({ listen: ["http://127.0.0.1:8225"] }).run(app);
 * console.log(running.url);
 */
export function node(options: NodeOptions = {}): Handler {
  checkOptions("node", options, KINDS);
  const limits = resolveLimits(options);
  return {
    name: "node",
    async run(app) {
      const server = new NodeServer(app, options, limits);
      await server.start(options.listen ?? ["http://127.0.0.1:0"], options.backlog);
      return server;
    },
  };
}

const NO_CONNECT = "HTTP/1.1 501 Not Implemented\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/** While the server stops, answers say that they are the last of their connection. */
function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("connection", "close");
}

class NodeServer implements Running {
  readonly #server: Server;
  readonly #handler: NodeHandler;
  readonly #limits: Limits;
  readonly #log: Logger;
  readonly #tls: TlsSettings | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #responses = new Set<ServerResponse>();
  readonly #listeners: Listener[] = [];
  readonly closed: Promise<void>;
  #resolveClosed: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(app: App, { rootPath = "", log = () => undefined, tls }: NodeOptions, limits: Limits) {
    this.#limits = limits;
    this.#tls = tls;
    this.#log = log;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
    this.#handler = toNode(app, { rootPath, log, lifespanTimeoutMs: limits.lifespanTimeoutMs });
    const answer = (request: IncomingMessage, response: ServerResponse): void => {
      this.#responses.add(response);
      response.on("close", () => this.#responses.delete(response));
      if (this.#closing !== undefined) sayClose(response);
      this.#handler(request, response);
    };
    this.#server = createServer({ maxHeaderSize: limits.maxHeaderBytes }, answer);
    // The app's first `receive` asks for the body, not the server.
    this.#server.on("checkContinue", answer);
    this.#server.on("upgrade", this.#handler.upgrade);
    this.#server.on("connect", (_request, socket) => socket.end(NO_CONNECT));
    this.#server.headersTimeout = limits.headTimeoutMs;
    this.#server.keepAliveTimeout = limits.keepAliveTimeoutMs;
    this.#server.maxHeadersCount = limits.maxHeaderCount;
  }

  get addresses(): readonly ListenAddress[] {
    return this.#listeners.map(({ address }) => address);
  }

  get url(): string {
    return this.#listeners[0]!.address.url;
  }

  /** Opens everything or nothing. */
  async start(urls: readonly string[], backlog: number = OPTIONS.backlog.default): Promise<void> {
    const targets = urls.map((url) => parseListen(url));
    const failed = (error: Error): void => this.#log({ level: "error", message: `cannot accept: ${error}` });
    try {
      await this.#handler.startup();
      // Its deadlines begin to be watched when it listens; its sockets come from elsewhere.
      this.#server.emit("listening");
      for (const target of targets) {
        const accept: ListenerOptions["accept"] = (socket, _path, door) => this.#accept(socket, door);
        const openDoor = (tls: TlsSettings): Promise<TlsDoor> => this.#openDoor(tls);
        this.#listeners.push(await openListener(target, { accept, backlog, failed, openDoor }));
      }
    } catch (error) {
      await this.#end();
      throw error;
    }
  }

  close({ graceMs = this.#limits.graceMs }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#stop(graceMs);
    return this.#closing;
  }

  async reloadTls(): Promise<void> {
    await Promise.all(this.#listeners.map(({ door }) => door?.reload()));
  }

  #openDoor(settings: TlsSettings): Promise<TlsDoor> {
    const { handshakeTimeoutMs, maxHandshakes } = this.#limits;
    return TlsDoor.open(mergeTls(settings, this.#tls), { handshakeTimeoutMs, maxHandshakes, log: this.#log });
  }

  #accept(socket: Socket, door: TlsDoor | undefined): void {
    if (this.#sockets.size >= this.#limits.maxConnections) return void socket.destroy();
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    if (door === undefined) return this.#open(socket);
    return door.enter(socket, (secure) => {
      if (secure !== undefined) this.#open(secure);
    });
  }

  #open(socket: Socket): void {
    this.#server.emit("connection", socket);
    socket.resume();
  }

  /** As the standalone server: a window for idle connections, then a deadline for what runs (LIFE-8). */
  async #stop(graceMs: number): Promise<void> {
    const deadline = performance.now() + graceMs;
    for (const listener of this.#listeners) listener.close();
    for (const response of this.#responses) sayClose(response);
    this.#handler.stopping();
    await this.#untilAlone(Math.min(deadline, performance.now() + this.#limits.drainWindowMs));
    this.#server.closeIdleConnections();
    await this.#untilAlone(deadline);
    await this.#end();
    this.#resolveClosed();
  }

  async #untilAlone(deadline: number): Promise<void> {
    while (this.#sockets.size + this.#handler.running > 0 && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async #end(): Promise<void> {
    for (const listener of this.#listeners) listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await afterCut(() => this.#sockets.size + this.#handler.running === 0);
    this.#server.close();
    await this.#handler.shutdown();
  }
}
