/** The stream that an app gets when it takes a connection out of the server's hands (EXT-IO-1). */
import type { Socket } from "node:net";
import { Duplex } from "node:stream";

/** Carries the bytes of an adopted socket, whose own reading side goes to a callback, as an ordinary stream. */
export class RawSocket extends Duplex {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    // A lost client is no reason to end the process; whoever listens is told all the same.
    this.on("error", () => undefined);
    socket.removeAllListeners("end").removeAllListeners("error").removeAllListeners("timeout");
    let hasEnded = false;
    socket.on("end", () => {
      hasEnded = true;
      this.push(null);
    });
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

  /** As on `net.Socket`: emits `timeout` after this long without activity; 0 switches it off. */
  setTimeout(milliseconds: number, listener?: () => void): this {
    if (listener !== undefined) this.once("timeout", listener);
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

  /** Bytes that the connection has read for the app. */
  feed(bytes: Uint8Array): void {
    if (bytes.byteLength > 0 && !this.push(bytes)) this.#socket.pause();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy(error ?? undefined);
    done(error);
  }
}
