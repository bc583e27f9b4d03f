/** Where connections of one listener come in encrypted: their handshakes, and the certificates behind them. */
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Logger } from "../../pagi/extension.ts";
import { peekServerName } from "./peek-server-name.ts";
import { filesOf, readContexts, type SecureContexts } from "./secure-contexts.ts";
import type { TlsSettings } from "./settings.ts";
import { watchFiles } from "./watch-files.ts";

/** Protocols offered by ALPN (RFC 7301), the best one first. A client that wants none of them is refused. */
const PROTOCOLS = ["h2", "http/1.1", "http/1.0"];

/** So many clients may cost what a handshake costs before they have said anything: a few megabytes in all. */
const FEW_WAITING = 100;

/** For clients that speak HTTP where HTTPS is spoken: they would wonder otherwise. */
const CLEAR_TEXT =
  "HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain\r\ncontent-length: 28\r\nconnection: close\r\n\r\n" +
  "This port speaks HTTPS only\n";

/** How a door behaves besides what its settings say. */
export interface DoorOptions {
  /** Time from the first byte to the end of a handshake. */
  readonly handshakeTimeoutMs: number;
  /** How many handshakes may be under way. */
  readonly maxHandshakes: number;
  /** True when HTTP/2 is among the protocols to choose from. */
  readonly speaksHttp2?: boolean;
  readonly log: Logger;
  /** How often the files are looked at; every two seconds when absent. */
  readonly watchMs?: number;
}

/** Told once: the socket to speak HTTP on, or `undefined` when the handshake came to nothing. */
export type Entered = (secure: TLSSocket | undefined) => void;

/**
 * One per TLS listener.
 *
 * @example
 * const door = await TlsDoor.open(settings, { handshakeTimeoutMs: 10_000, maxHandshakes: 1000, log });
 * door.enter(socket, (secure) => secure?.end("hello"));
 */
export class TlsDoor {
  readonly #settings: TlsSettings;
  readonly #options: DoorOptions;
  readonly #waiting = new Map<Socket, Entered>();
  /** Those of them whose handshake has begun, the oldest first. */
  readonly #shaking = new Set<Socket>();
  /** Looks at its files no more; handshakes under way go on. */
  readonly close: () => void;
  #contexts: SecureContexts;
  /** One for each of the contexts. They never listen: a server of our own accepts, and hands over what it lets in. */
  #servers: readonly Server[];
  #reloading: Promise<void> = Promise.resolve();

  private constructor(
    settings: TlsSettings,
    contexts: SecureContexts,
    options: DoorOptions,
    unwatch: () => void,
  ) {
    this.#settings = settings;
    this.#options = options;
    this.#contexts = contexts;
    this.#servers = this.#makeServers();
    this.close = unwatch;
    this.#warn();
  }

  /** Rejects with a `UsageError` when the settings would not work. */
  static async open(settings: TlsSettings, options: DoorOptions): Promise<TlsDoor> {
    let door: TlsDoor | undefined;
    const changed = (): void => void door?.reload().catch(() => undefined);
    // Looked at before they are read: what is replaced meanwhile is read again.
    const unwatch = watchFiles(filesOf(settings), changed, options.watchMs);
    try {
      door = new TlsDoor(settings, await readContexts(settings), options, unwatch);
      return door;
    } catch (error) {
      unwatch();
      throw error;
    }
  }

  /** Begins a handshake on an accepted socket that nothing was read from. */
  enter(socket: Socket, entered: Entered): void {
    this.#waiting.set(socket, entered);
    socket.once("close", () => this.#answer(socket, undefined));
    // Who leaves in the middle of a handshake is gone; only later a client may end its side and wait for an answer.
    socket.allowHalfOpen = false;
    // Until its first message is there a client costs next to nothing, which is worth the look when there are many.
    const mustLook = this.#servers.length > 1 || this.#waiting.size > FEW_WAITING;
    if (mustLook) peekServerName(socket, (name) => this.#begin(socket, name));
    else this.#begin(socket, undefined);
  }

  /**
   * Reads certificates and keys anew. Connections live on; the next handshake meets the new ones. When they would not
   * work everything stays as it was, the log says why, and so does the rejection.
   */
  reload(): Promise<void> {
    const again = this.#reloading.then(() => this.#reload());
    this.#reloading = again.catch(() => undefined);
    return again;
  }

  async #reload(): Promise<void> {
    try {
      this.#contexts = await readContexts(this.#settings);
    } catch (error) {
      const message = `TLS goes on with the old certificates: ${(error as Error).message}`;
      this.#options.log({ level: "error", message });
      throw error;
    }
    this.#servers = this.#makeServers();
    this.#options.log({ level: "info", message: "TLS uses the certificates as they are now" });
    this.#warn();
  }

  /**
   * A server for each context, and none that changes its context by `SNICallback`: before Node 24 such a client may be
   * shown the certificate of another host, when their keys are of different kinds.
   */
  #makeServers(): Server[] {
    const { clientCert } = this.#settings;
    return this.#contexts.options.map((context) => {
      const server = createServer({
        ...context,
        handshakeTimeout: this.#options.handshakeTimeoutMs,
        requestCert: clientCert === "request" || clientCert === "require",
        rejectUnauthorized: clientCert === "require",
        ALPNProtocols: this.#options.speaksHttp2 === true ? PROTOCOLS : PROTOCOLS.slice(1),
      });
      server.on("secureConnection", (secure) => this.#entered(secure));
      server.on("tlsClientError", (error, secure) => this.#failed(error, secure));
      return server;
    });
  }

  /** Who is in earnest is through in a moment; so the one that has taken longest goes when there are too many. */
  #begin(socket: Socket, name: string | undefined): void {
    this.#shaking.add(socket);
    if (this.#shaking.size > this.#options.maxHandshakes) {
      const [oldest = socket] = this.#shaking;
      this.#shaking.delete(oldest);
      oldest.destroy();
    }
    this.#serverFor(name).emit("connection", socket);
  }

  #serverFor(name: string | undefined): Server {
    return this.#servers[this.#contexts.find(name)]!;
  }

  #warn(): void {
    for (const message of this.#contexts.warnings) this.#options.log({ level: "warn", message });
  }

  #entered(secure: TLSSocket): void {
    const socket = socketBelow(secure);
    if (socket === undefined || !this.#waiting.has(socket)) return void secure.destroy();
    secure.allowHalfOpen = true;
    return this.#answer(socket, secure);
  }

  #answer(socket: Socket, secure: TLSSocket | undefined): void {
    const entered = this.#waiting.get(socket);
    this.#waiting.delete(socket);
    this.#shaking.delete(socket);
    entered?.(secure);
  }

  /** A client that cannot, will not or does not is its own concern; its socket is about to be closed. */
  #failed(error: NodeJS.ErrnoException & { readonly reason?: string }, secure: TLSSocket): void {
    if (error.code === "ERR_SSL_HTTP_REQUEST") socketBelow(secure)?.write(CLEAR_TEXT);
    this.#options.log({ level: "debug", message: `TLS handshake failed: ${error.reason ?? error.message}` });
  }
}

/** The accepted socket that an encrypted one was made around; Node itself relies on its name. */
function socketBelow(secure: TLSSocket): Socket | undefined {
  return (secure as { readonly _parent?: Socket })._parent;
}
