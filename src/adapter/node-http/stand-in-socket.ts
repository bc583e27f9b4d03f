/** Node only. The socket that a hosted request and response see: the client's addresses, timeouts and end, but no bytes. */
import { X509Certificate } from "node:crypto";
import { isIPv6 } from "node:net";
import { Duplex } from "node:stream";
import { UsageError } from "../../http/errors.ts";
import type { HttpScope, SseScope } from "../../pagi/scope.ts";

/** Who is told what the app does to the socket. */
export interface SocketOwner {
  /** The app destroyed the socket, the request or the response. */
  socketDestroyed(error: Error | null): void;
  /** The app wrote an interim response by hand. */
  interim(text: string): void;
  /** Nothing has moved for the time that the app set, and nobody listens to that. */
  timedOut(socket: StandInSocket): boolean;
}

const IGNORE = (): void => undefined;

/**
 * Stands where a `net.Socket` (or `tls.TLSSocket`) stands in a node server. One per request: it closes when the
 * response has ended, as if the client had asked for `connection: close`.
 */
export class StandInSocket extends Duplex {
  readonly #scope: HttpScope | SseScope;
  readonly #owner: SocketOwner;
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds, as set by `setTimeout`. */
  timeout = 0;
  readonly encrypted: boolean;
  readonly connecting = false;
  readonly pending = false;
  /** Node's own name for the response that writes to a socket. */
  _httpMessage: unknown = null;
  bytesRead = 0;
  bytesWritten = 0;

  constructor(scope: HttpScope | SseScope, owner: SocketOwner) {
    super({ autoDestroy: false, read: IGNORE });
    this.#scope = scope;
    this.#owner = owner;
    this.encrypted = scope.scheme === "https";
  }

  get remoteAddress(): string | undefined {
    return this.#scope.client?.[0];
  }

  get remotePort(): number | undefined {
    return this.#scope.client?.[1];
  }

  get remoteFamily(): string | undefined {
    return familyOf(this.remoteAddress);
  }

  get localAddress(): string | undefined {
    const server = this.#scope.server;
    return server === undefined || server[1] === null ? undefined : server[0];
  }

  get localPort(): number | undefined {
    return this.#scope.server?.[1] ?? undefined;
  }

  get localFamily(): string | undefined {
    return familyOf(this.localAddress);
  }

  get readyState(): string {
    return this.destroyed ? "closed" : "open";
  }

  /** True when the client's certificate was accepted; only over TLS. */
  get authorized(): boolean | undefined {
    const tls = this.#scope.extensions.tls;
    return tls === undefined ? undefined : tls.clientCertChain.length > 0 && tls.clientCertError === null;
  }

  get authorizationError(): string | null | undefined {
    return this.#scope.extensions.tls?.clientCertError;
  }

  /** The client's certificate as `tls.TLSSocket` gives it; an empty object without one. */
  getPeerCertificate(): object {
    const pem = this.#scope.extensions.tls?.clientCertChain[0];
    return pem === undefined ? {} : new X509Certificate(pem).toLegacyObject();
  }

  address(): { address?: string; port?: number; family?: string } {
    const { localAddress, localPort, localFamily } = this;
    if (localAddress === undefined) return {};
    return { address: localAddress, port: localPort!, family: localFamily! };
  }

  /** As on `net.Socket`: `timeout` comes when neither body nor response moved for so long; 0 switches it off. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    clearTimeout(this.#timer);
    this.timeout = milliseconds;
    if (listener !== undefined) {
      if (milliseconds === 0) this.off("timeout", listener);
      else this.once("timeout", listener);
    }
    if (milliseconds > 0) this.#timer = setTimeout(() => this.#elapsed(), milliseconds).unref();
    return this;
  }

  /** Something has moved: the time set by `setTimeout` starts anew. */
  moved(): void {
    this.#timer?.refresh();
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /**
   * The response has ended, so the client's connection is no longer this request's.
   * Trick "nobody listens": then the socket is only marked as destroyed; bench servers tack-express, tack-koa and
   * tack-fastify, workload hello.
   */
  release(): void {
    if (this.listenerCount("close") > 0) return void this.destroy();
    clearTimeout(this.#timer);
    this.destroyed = true;
  }

  destroySoon(): void {
    this.destroy();
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  #elapsed(): void {
    this.emit("timeout");
    if (!this.#owner.timedOut(this)) this.destroy();
  }

  /** Only interim responses may be written by hand: everything else belongs to the server. */
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const text = chunk.toString("latin1");
    if (/^HTTP\/1\.1 1\d\d /.test(text)) {
      this.#owner.interim(text);
      return done();
    }
    const error = new UsageError("the socket of a hosted request takes no bytes: write to the response");
    this.destroy(error);
    return done(error);
  }

  override _final(done: (error?: Error | null) => void): void {
    done();
    this.destroy();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#owner.socketDestroyed(error);
    // A server of node:http listens too, so `destroy(error)` without a listener does not end the process.
    done(this.listenerCount("error") > 0 ? error : null);
  }
}

function familyOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  return isIPv6(address) ? "IPv6" : "IPv4";
}
