/** A connection between its accept and the end of its TLS handshake: it counts like any other, and has a deadline. */
import type { Socket } from "node:net";
import type { ServerConnection, ServerContext } from "../server-context.ts";

/** Lives among the connections of its server until an encrypted one takes its place. */
export class Handshake implements ServerConnection {
  readonly #socket: Socket;
  readonly #endsAt: number;

  constructor(socket: Socket, { clock, limits }: ServerContext) {
    this.#socket = socket;
    this.#endsAt = clock.now + limits.handshakeTimeoutMs;
  }

  sweep(now: number): void {
    if (now > this.#endsAt) this.#socket.destroy();
  }

  /** The window of a stop is for it, too. */
  stop(): void {}

  closeIfIdle(): void {
    this.#socket.destroy();
  }

  shutdown(): void {
    this.#socket.destroy();
  }
}
