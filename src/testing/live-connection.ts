/** A raw connection to a running server, for everything a polite client cannot do. */
import { connect, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, TLSSocket } from "node:tls";
import { UsageError } from "../http/errors.ts";
import { ByteSource } from "./byte-source.ts";
import { ResponseReader } from "./response-reader.ts";

/** Where a URL leads: options for `net.connect` and the value of the Host field. */
export interface Target {
  readonly connect: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly host: string;
  readonly isSecure: boolean;
}

/** What a client brings to a TLS handshake; it trusts every server. */
export type ClientTls = Pick<
  ConnectionOptions,
  "cert" | "key" | "servername" | "ALPNProtocols" | "session" | "minVersion" | "maxVersion" | "ciphers"
>;

/**
 * Reads `http://host:port`, `https://host:port` and `unix:/path` URLs. Throws a `UsageError` for others.
 *
 * @example
 * targetOf("unix:/run/app.sock"); // { connect: { path: "/run/app.sock" }, host: "localhost", isSecure: false }
 */
export function targetOf(url: string): Target {
  if (url.startsWith("unix:")) {
    return {
      connect: { path: url.slice("unix:".length).split("?")[0] ?? "" },
      host: "localhost",
      isSecure: false,
    };
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^https?:$/.test(parsed.protocol)) {
    throw new UsageError(`cannot connect to ${url}: give an http(s)://host:port or unix:/path URL`);
  }
  const host = parsed.hostname.replace(/^\[|\]$/g, "");
  const isSecure = parsed.protocol === "https:";
  return {
    connect: { host, port: Number(parsed.port || (isSecure ? 443 : 80)) },
    host: parsed.host,
    isSecure,
  };
}

/**
 * One connection whose bytes are all the caller's: send any bytes in any pieces, stop sending, vanish.
 *
 * @example
 * const connection = await LiveConnection.open("http://127.0.0.1:5000");
 * await connection.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
 * const { status } = await connection.responses.head("GET");
 * connection.destroy();
 */
export class LiveConnection {
  readonly #socket: Socket;
  /** The bytes the server sent. Reading stops the flow when nobody takes them. */
  readonly source: ByteSource;
  readonly responses: ResponseReader;
  /** Resolves when the server has ended its side or the connection is gone. */
  readonly ended: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.source = new ByteSource({ pause: () => socket.pause(), resume: () => socket.resume() });
    this.responses = new ResponseReader(this.source);
    socket.setNoDelay(true);
    socket.on("data", (bytes: Buffer) => this.source.push(bytes));
    this.ended = new Promise((resolve) => {
      const end = (): void => {
        this.source.finish();
        resolve();
      };
      socket.on("end", end);
      socket.on("close", end);
    });
    socket.on("error", () => {});
  }

  /**
   * Connects, with TLS to `https:` and wherever `tls` is given. Rejects with the system's error when nobody listens
   * there, or when the handshake fails.
   */
  static open(url: string, tls?: ClientTls): Promise<LiveConnection> {
    return new Promise((resolve, reject) => {
      const { connect: place, isSecure } = targetOf(url);
      const isTls = isSecure || tls !== undefined;
      const options = { ...place, allowHalfOpen: true };
      const socket = isTls ? connectTls({ rejectUnauthorized: false, ...tls, ...options }) : connect(options);
      socket.once("error", reject);
      socket.once(isTls ? "secureConnect" : "connect", () => {
        socket.off("error", reject);
        resolve(new LiveConnection(socket));
      });
    });
  }

  /** Local address and port of a TCP connection. */
  get local(): { readonly address: string | undefined; readonly port: number | undefined } {
    return { address: this.#socket.localAddress, port: this.#socket.localPort };
  }

  /** Sends bytes (a string is a byte string). Resolves when the system took them; never rejects. */
  write(bytes: Uint8Array | string): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const data = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes;
      this.#socket.once("close", resolve);
      this.#socket.write(data, () => {
        this.#socket.off("close", resolve);
        resolve();
      });
    });
  }

  /** Sends nothing more and goes on reading. */
  halfClose(): void {
    this.#socket.end();
  }

  /** Leaves: both directions are closed. */
  destroy(): void {
    this.#socket.destroy();
    this.source.finish();
  }

  /** The encrypted socket, for what only it knows; `undefined` in clear text. */
  get tls(): TLSSocket | undefined {
    return this.#socket instanceof TLSSocket ? this.#socket : undefined;
  }

  /** Leaves rudely: with a reset on TCP, elsewhere and after {@link halfClose} like {@link destroy}. */
  reset(): void {
    // Node refuses to reset anything but TCP, has an address only there, and leaks a socket reset while it ends.
    const isTcp = this.#socket.localAddress !== undefined && this.tls === undefined;
    const canReset = isTcp && !this.#socket.writableEnded;
    if (!canReset) this.#socket.destroy();
    else this.#socket.resetAndDestroy();
    this.source.finish();
  }
}
