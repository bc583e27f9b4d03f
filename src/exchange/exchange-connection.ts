/** The `connection` object of a scope (CONN-*): a view of one exchange, made only when somebody asks. */
import type { Connection, DisconnectListener, DisconnectReason } from "../pagi/connection.ts";
import type { Logger } from "../pagi/extension.ts";
import { callListener } from "./call-listener.ts";
import { describeError } from "./describe-error.ts";

/** What the view reads of its exchange. */
export interface ExchangeFacts {
  readonly isOpen: boolean;
  readonly responseStarted: boolean;
  readonly responseComplete: boolean;
  readonly disconnectReason: DisconnectReason | null;
  readonly disconnectDetail: string | null;
  readonly log: Logger;
  abort(detail?: string): void;
}

/** Lists of listeners that are served once and then let go (CONN-18). */
export class ExchangeConnection implements Connection {
  readonly #exchange: ExchangeFacts;
  #disconnectListeners: DisconnectListener[] | undefined;
  #completeListeners: (() => void)[] | undefined;
  #controller: AbortController | undefined;
  #closed: Promise<DisconnectReason | null> | undefined;
  #resolveClosed: ((reason: DisconnectReason | null) => void) | undefined;
  #isServed = false;

  constructor(exchange: ExchangeFacts) {
    this.#exchange = exchange;
    if (!exchange.isOpen) queueMicrotask(() => this.serve());
  }

  get isConnected(): boolean {
    return this.#exchange.isOpen;
  }

  get disconnectReason(): DisconnectReason | null {
    return this.#exchange.disconnectReason;
  }

  get disconnectDetail(): string | null {
    return this.#exchange.disconnectDetail;
  }

  get responseStarted(): boolean {
    return this.#exchange.responseStarted;
  }

  get responseComplete(): boolean {
    return this.#exchange.responseComplete;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isServed) this.#abortSignal();
    return this.#controller.signal;
  }

  get closed(): Promise<DisconnectReason | null> {
    this.#closed ??= new Promise((resolve) => {
      this.#resolveClosed = resolve;
      if (this.#isServed) resolve(this.disconnectReason);
    });
    return this.#closed;
  }

  onDisconnect(listener: DisconnectListener): void {
    (this.#disconnectListeners ??= []).push(listener);
    if (this.#isServed) queueMicrotask(() => this.#serveListeners());
  }

  onComplete(listener: () => void): void {
    (this.#completeListeners ??= []).push(listener);
    if (this.#isServed) queueMicrotask(() => this.#serveListeners());
  }

  abort(detail?: string): void {
    this.#exchange.abort(detail);
  }

  /** Tells everybody, in the order of CONN-13. Called once by the exchange, never inside a call of the app. */
  serve(): void {
    if (this.#isServed) return;
    this.#isServed = true;
    this.#resolveClosed?.(this.disconnectReason);
    if (this.#controller !== undefined) this.#abortSignal();
    this.#serveListeners();
  }

  #abortSignal(): void {
    const reason = this.disconnectReason;
    if (reason !== null) this.#controller!.abort(new Error(`disconnected: ${reason}`));
  }

  #serveListeners(): void {
    const reason = this.disconnectReason;
    const disconnectListeners = this.#disconnectListeners;
    const completeListeners = this.#completeListeners;
    this.#disconnectListeners = undefined;
    this.#completeListeners = undefined;
    if (reason === null) {
      for (const listener of completeListeners ?? []) this.#call(listener);
      return;
    }
    for (const listener of disconnectListeners ?? []) {
      this.#call(() => listener(reason, this.disconnectDetail));
    }
  }

  #call(listener: () => unknown): void {
    callListener(listener, (error) => {
      this.#exchange.log({ level: "error", message: `connection listener failed: ${describeError(error)}` });
    });
  }
}
