/** When a connection has had enough time. Looked at by a coarse clock, so deadlines cost a request nothing. */
import type { DisconnectReason } from "../pagi/connection.ts";
import type { Limits } from "./limits.ts";

/**
 * idle: between requests; head: a head is arriving; busy: the app is at work; half: the same, but the client
 * has ended its side; discard: an unread body is thrown away; linger: waiting for the client to close.
 */
export type ConnectionPhase = "idle" | "head" | "busy" | "half" | "discard" | "linger" | "taken" | "closed";

/** What is overdue: end the connection quietly, or because of the client or the server. */
export type Overdue = "close" | "destroy" | DisconnectReason;

/** The times of one connection, in milliseconds of the server's clock. */
export class Deadlines {
  phase: ConnectionPhase = "idle";
  since: number;
  /** When bytes last came in. */
  readAt: number;
  /** When bytes last went out. */
  wroteAt: number;
  /** True while a request body is being read and the client is the one to move. */
  isReading = false;
  bodyStartedAt = 0;
  bodyBytes = 0;

  constructor(now: number) {
    this.since = now;
    this.readAt = now;
    this.wroteAt = now;
  }

  #bytesWritten = 0;

  /** Notices progress of writes by the socket's count. */
  noteWritten(bytesWritten: number, now: number): void {
    if (bytesWritten === this.#bytesWritten) return;
    this.#bytesWritten = bytesWritten;
    this.wroteAt = now;
  }

  enter(phase: ConnectionPhase, now: number): void {
    this.phase = phase;
    this.since = now;
  }

  /** A body starts to arrive. */
  startBody(now: number): void {
    this.isReading = true;
    this.bodyStartedAt = now;
    this.bodyBytes = 0;
    this.readAt = now;
  }

  /** What has to happen now, if anything. */
  verdict(now: number, limits: Limits, isPaused: boolean): Overdue | undefined {
    const waited = now - this.since;
    switch (this.phase) {
      case "idle":
        return waited > limits.keepAliveTimeoutMs ? "close" : undefined;
      case "head":
        return waited > limits.headTimeoutMs ? "client_timeout" : undefined;
      case "busy":
        return waited > limits.requestTimeoutMs
          ? "x-request-timeout"
          : this.#readVerdict(now, limits, isPaused);
      case "half":
        return now - Math.max(this.since, this.wroteAt) > limits.halfCloseGraceMs
          ? "client_closed"
          : undefined;
      case "discard":
        return waited > limits.bodyTimeoutMs ? "close" : undefined;
      case "linger":
        return now - Math.max(this.since, this.wroteAt) > limits.lingerMs ? "destroy" : undefined;
      default:
        return undefined;
    }
  }

  #readVerdict(now: number, limits: Limits, isPaused: boolean): Overdue | undefined {
    if (!this.isReading || isPaused) return undefined;
    if (now - this.readAt > limits.bodyTimeoutMs) return "client_timeout";
    const reading = now - this.bodyStartedAt;
    const isSlow = reading > limits.bodyTimeoutMs && (this.bodyBytes * 1000) / reading < limits.minBodyRate;
    return isSlow ? "client_timeout" : undefined;
  }
}
