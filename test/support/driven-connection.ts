/** The `connection` of a driven exchange: plain and eager, so that a test sees each step. */
import type { Connection, DisconnectListener, DisconnectReason } from "#src/pagi/connection.js";

export class DrivenConnection implements Connection {
  isConnected = true;
  disconnectReason: DisconnectReason | null = null;
  disconnectDetail: string | null = null;
  responseStarted = false;
  responseComplete = false;
  readonly closed: Promise<DisconnectReason | null>;
  readonly #controller = new AbortController();
  #resolve: (reason: DisconnectReason | null) => void = () => undefined;
  #onDisconnect: DisconnectListener[] = [];
  #onComplete: (() => void)[] = [];

  constructor() {
    this.closed = new Promise((resolve) => (this.#resolve = resolve));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  onDisconnect(listener: DisconnectListener): void {
    this.#onDisconnect.push(listener);
    if (this.disconnectReason !== null) queueMicrotask(() => this.#tell());
  }

  onComplete(listener: () => void): void {
    this.#onComplete.push(listener);
    if (this.responseComplete) queueMicrotask(() => this.#tell());
  }

  abort(detail?: string): void {
    this.end("app_abort", detail);
  }

  /** Ends the exchange; `null` is the clean end. */
  end(reason: DisconnectReason | null, detail?: string): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.disconnectReason = reason;
    this.disconnectDetail = detail ?? null;
    this.responseComplete = reason === null;
    this.#resolve(reason);
    if (reason !== null) this.#controller.abort(new Error(`disconnected: ${reason}`));
    queueMicrotask(() => this.#tell());
  }

  #tell(): void {
    const reason = this.disconnectReason;
    const [lost, complete] = [this.#onDisconnect.splice(0), this.#onComplete.splice(0)];
    if (reason === null) for (const listener of complete) listener();
    else for (const listener of lost) listener(reason, this.disconnectDetail);
  }
}
