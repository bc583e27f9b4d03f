/**
 * What an app can learn and do about the connection under its scope.
 * Types only. The rules behind each member are in `spec/PAGI.md` (CONN-*, TRANS-*).
 */

/**
 * Why an exchange ended abnormally. Apps branch on this token, never on the free-text detail.
 *
 * @example
 * if (scope.connection.disconnectReason === "client_closed") return;
 */
export type DisconnectReason =
  | "client_closed"
  | "client_timeout"
  | "idle_timeout"
  | "keepalive_timeout"
  | "write_timeout"
  | "write_error"
  | "read_error"
  | "protocol_error"
  | "server_shutdown"
  | "server_error"
  | "body_too_large"
  | "queue_overflow"
  | "app_abort"
  | `x-${string}`;

/** Called once when an exchange ends abnormally. `detail` is for diagnosis only. */
export type DisconnectListener = (reason: DisconnectReason, detail: string | null) => void;

/**
 * The state of one exchange, readable at any time without consuming an event.
 * One object per scope, never shared between two requests of a connection (CONN-1).
 *
 * @example
 * const answer = await fetch(upstream, { signal: scope.connection.signal });
 */
export interface Connection {
  /** True until the exchange ends in any way; never becomes true again. */
  readonly isConnected: boolean;
  /** The reason of an abnormal end; `null` while open and after a clean end. */
  readonly disconnectReason: DisconnectReason | null;
  /** Free text for logs: never sent to the peer, never a branching key. */
  readonly disconnectDetail: string | null;
  /** True once a response start was accepted, whoever sent it. */
  readonly responseStarted: boolean;
  /** True only after a clean end. */
  readonly responseComplete: boolean;
  /** Aborted on an abnormal end only; its reason is an `Error` that names the token. */
  readonly signal: AbortSignal;
  /** Resolves when the exchange ends: with the reason after an abnormal end, `null` after a clean one. */
  readonly closed: Promise<DisconnectReason | null>;
  /** Registers a listener for an abnormal end. Runs soon when it has already happened. */
  onDisconnect(listener: DisconnectListener): void;
  /** Registers a listener for a clean end. Runs soon when it has already happened. */
  onComplete(listener: () => void): void;
  /** Ends this exchange's transport now, with reason `app_abort`. Does nothing after the end. */
  abort(detail?: string): void;
}

/**
 * How much outbound data waits in this exchange's queue. Awaiting `send` is the pacing rule;
 * this object only makes it visible (TRANS-1).
 *
 * @example
 * if ((scope.transport?.bufferedAmount ?? 0) > 0) skipThisFrame();
 */
export interface Transport {
  /** Bytes accepted by `send` and not yet handed to the operating system. */
  readonly bufferedAmount: number;
  /** At or above this many bytes `send` stays pending. */
  readonly highWaterMark: number;
  /** Below this many bytes a pending `send` resolves. */
  readonly lowWaterMark: number;
  /** Runs at each crossing up to the high mark, and soon when already there. */
  onHighWater(listener: () => void): void;
  /** Runs at each real fall below the low mark after a crossing up. */
  onDrain(listener: () => void): void;
}
