/** The stream that an app gets when it takes a connection out of the server's hands (EXT-IO-1). */
import type { AddressInfo, Socket } from "node:net";
import { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import { cutSocket } from "./connection-errors.ts";

type Done = (error?: Error | null) => void;

/**
 * Carries the bytes of an adopted socket, whose own reading side goes to a callback, as an ordinary stream. It has
 * what libraries use of a `net.Socket`, so that they take it for one.
 */
export class RawSocket extends Duplex {
  readonly #socket: Socket;
  readonly connecting = false;
  readonly pending = false;
  /** Counted from the moment it was taken, as are the written ones: what came before belongs to other requests. */
  bytesRead = 0;
  bytesWritten = 0;

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    // A lost client is no reason to end the process; whoever listens is told all the same.
    this.on("error", () => undefined);
    socket.removeAllListeners("end").removeAllListeners("error").removeAllListeners("timeout");
    let hasEnded = false;
    const ended = (): void => {
      hasEnded = true;
      this.push(null);
    };
    socket.on("end", ended);
    // The client has ended its side before; what it sent until then is still to be fed in this turn.
    if (socket.readableEnded) process.nextTick(ended);
    socket.on("error", (error) => this.destroy(error));
    // After an orderly end of both sides the stream ends by itself, once all that came was read.
    socket.on("close", () => {
      if (!hasEnded || !this.writableEnded) this.destroy();
    });
    socket.resume();
  }

  get remoteAddress(): string | undefined {
    return this.#socket.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#socket.remotePort;
  }

  get remoteFamily(): string | undefined {
    return this.#socket.remoteFamily;
  }

  get localAddress(): string | undefined {
    return this.#socket.localAddress;
  }

  get localPort(): number | undefined {
    return this.#socket.localPort;
  }

  get localFamily(): string | undefined {
    return this.#socket.localFamily;
  }

  address(): AddressInfo | Record<string, never> {
    return this.#socket.address() as AddressInfo;
  }

  get readyState(): string {
    if (this.destroyed) return "closed";
    if (this.readable && this.writable) return "open";
    if (this.readable) return "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  get encrypted(): boolean {
    return (this.#socket as TLSSocket).encrypted === true;
  }

  /** True when the client's certificate was accepted; only over TLS. */
  get authorized(): boolean | undefined {
    return (this.#socket as Partial<TLSSocket>).authorized;
  }

  /** The client's certificate as `tls.TLSSocket` gives it; an empty object without one. */
  getPeerCertificate(isDetailed = false): object {
    return (this.#socket as Partial<TLSSocket>).getPeerCertificate?.(isDetailed) ?? {};
  }

  /** Milliseconds, as set by `setTimeout`. */
  get timeout(): number | undefined {
    return this.#socket.timeout;
  }

  /** As on `net.Socket`: emits `timeout` after this long without activity; 0 switches it off. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    if (listener !== undefined) {
      if (milliseconds === 0) this.off("timeout", listener);
      else this.once("timeout", listener);
    }
    this.#socket.removeAllListeners("timeout").setTimeout(milliseconds, () => this.emit("timeout"));
    return this;
  }

  setNoDelay(isOn = true): this {
    this.#socket.setNoDelay(isOn);
    return this;
  }

  setKeepAlive(isOn = true, initialDelayMs = 0): this {
    this.#socket.setKeepAlive(isOn, initialDelayMs);
    return this;
  }

  ref(): this {
    this.#socket.ref();
    return this;
  }

  unref(): this {
    this.#socket.unref();
    return this;
  }

  /** As on `net.Socket`: writes what waits, then destroys. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  /** As on `net.Socket`: the client sees a reset. */
  resetAndDestroy(): this {
    cutSocket(this.#socket, true);
    return this.destroy();
  }

  /** Bytes that the connection has read for the app. */
  feed(bytes: Uint8Array): void {
    this.bytesRead += bytes.byteLength;
    if (bytes.byteLength > 0 && !this.push(bytes)) this.#socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.bytesWritten += chunk.byteLength;
    this.#socket.write(chunk, done);
  }

  /** What was corked leaves as one write. */
  override _writev(chunks: { readonly chunk: Buffer }[], done: Done): void {
    this.#socket.cork();
    for (const [index, { chunk }] of chunks.entries()) {
      this.bytesWritten += chunk.byteLength;
      if (index === chunks.length - 1) this.#socket.write(chunk, done);
      else this.#socket.write(chunk);
    }
    this.#socket.uncork();
  }

  override _final(done: Done): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#socket.destroy(error ?? undefined);
    done(error);
  }
}
