/** The `connection` of a scope that is made from an environment (CONN-*). */
import type { Connection, DisconnectListener, DisconnectReason } from "../../pagi/connection.ts";
import { type Report, own } from "../stream/source.ts";

/** Knows what a PSGI server tells: that a body was closed early, or that the exchange has ended. */
export class LoweredConnection implements Connection {
  readonly #report: Report;
  readonly #onAbort: () => void;
  #state: "open" | "complete" | "lost" = "open";
  #controller: AbortController | undefined;
  #disconnectListeners: DisconnectListener[] = [];
  #completeListeners: (() => void)[] = [];
  #resolveClosed: (reason: DisconnectReason | null) => void = () => undefined;
  readonly closed: Promise<DisconnectReason | null>;
  disconnectReason: DisconnectReason | null = null;
  disconnectDetail: string | null = null;
  responseStarted = false;

  /** `onAbort` cuts the response when the app calls `abort`. */
  constructor(report: Report, onAbort: () => void) {
    this.#report = report;
    this.#onAbort = onAbort;
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
  }

  get isConnected(): boolean {
    return this.#state === "open";
  }

  get responseComplete(): boolean {
    return this.#state === "complete";
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#state === "lost") this.#abortSignal();
    return this.#controller.signal;
  }

  onDisconnect(listener: DisconnectListener): void {
    this.#disconnectListeners.push(listener);
    if (!this.isConnected) queueMicrotask(() => this.#tell());
  }

  onComplete(listener: () => void): void {
    this.#completeListeners.push(listener);
    if (!this.isConnected) queueMicrotask(() => this.#tell());
  }

  abort(detail?: string): void {
    if (!this.isConnected) return;
    this.end("app_abort", detail ?? null);
    this.#onAbort();
  }

  /** The exchange is over: cleanly when `reason` is `null`. Listeners are told soon, never inside this call. */
  end(reason: DisconnectReason | null, detail: string | null = null): void {
    if (!this.isConnected) return;
    this.#state = reason === null ? "complete" : "lost";
    this.disconnectReason = reason;
    this.disconnectDetail = detail;
    queueMicrotask(() => {
      this.#resolveClosed(reason);
      if (this.#controller !== undefined && reason !== null) this.#abortSignal();
      this.#tell();
    });
  }

  #abortSignal(): void {
    this.#controller!.abort(new Error(`disconnected: ${this.disconnectReason}`));
  }

  #tell(): void {
    const lost = this.#disconnectListeners.splice(0);
    const complete = this.#completeListeners.splice(0);
    const reason = this.disconnectReason;
    const calls =
      reason === null ? complete : lost.map((listener) => () => listener(reason, this.disconnectDetail));
    for (const call of calls) own(call, (error) => this.#report("a connection listener failed", error));
  }
}
