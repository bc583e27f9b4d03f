/** When a connection has had enough time. Looked at by a coarse clock, so deadlines cost a request nothing. */
import type { DisconnectReason } from "../pagi/connection.ts";
import type { Limits } from "./limits.ts";

/**
 * idle: between requests; head: a head is arriving; busy: the app is at work; half: the same, but the client
 * has ended its side; session: another protocol, which has deadlines of its own; discard: an unread body is thrown
 * away; linger: waiting for the client to close.
 */
export type ConnectionPhase =
  | "idle"
  | "head"
  | "busy"
  | "half"
  | "session"
  | "discard"
  | "linger"
  | "taken"
  | "closed";

/** What is overdue: end the connection quietly, or because of the client or the server. */
export type Overdue = "close" | "destroy" | DisconnectReason;

/** The outbound bytes of a connection. */
export interface OutputCount {
  /** All that were ever accepted. */
  readonly accepted: number;
  /** Those of them that were not written to their end. */
  readonly waiting: number;
  /** Those of a write under way that the system has not taken; shows progress inside a large write. */
  readonly inSystem: number;
}

const NOTHING: OutputCount = { accepted: 0, waiting: 0, inSystem: 0 };

/** The times of one connection, in milliseconds of the server's clock. */
export class Deadlines {
  phase: ConnectionPhase = "idle";
  since: number;
  /** When bytes last came in. */
  readAt: number;
  /** When bytes last went out, or still waited to. */
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

  #output: OutputCount = NOTHING;
  #movedAt = 0;
  #requestAt = 0;

  /** Notices whether the client takes what is written. */
  noteOutput(output: OutputCount, now: number): void {
    const last = this.#output;
    const hasMoved = output.waiting < last.waiting || output.inSystem !== last.inSystem;
    if (hasMoved || last.waiting === 0) this.#movedAt = now;
    if (output.waiting > 0 || output.accepted !== last.accepted) this.wroteAt = now;
    this.#output = output;
  }

  enter(phase: ConnectionPhase, now: number): void {
    this.phase = phase;
    this.since = now;
    if (phase === "busy") this.#requestAt = now;
  }

  /** Bytes after a request are the beginning of the next; an empty line is none. */
  noteHead(bytes: number, now: number): void {
    if (this.phase === "idle" && bytes > 2) this.enter("head", now);
  }

  /** A body starts to arrive. */
  startBody(now: number): void {
    this.isReading = true;
    this.bodyStartedAt = now;
    this.bodyBytes = 0;
    this.readAt = now;
  }

  /** What has to happen now, if anything. `isHeldUp`: the client cannot send, for it was not let. */
  verdict(now: number, limits: Limits, isHeldUp: boolean): Overdue | undefined {
    if (this.phase === "taken" || this.phase === "closed") return undefined;
    if (this.#output.waiting > 0 && now - this.#movedAt > limits.writeTimeoutMs) return "write_timeout";
    const waited = now - this.since;
    switch (this.phase) {
      case "idle":
        return waited > limits.keepAliveTimeoutMs ? "close" : undefined;
      case "head":
        return waited > limits.headTimeoutMs ? "client_timeout" : undefined;
      case "busy":
      case "half":
        return this.#requestVerdict(now, limits, isHeldUp);
      case "session":
        return undefined;
      case "discard":
        return waited > limits.bodyTimeoutMs ? "close" : undefined;
      case "linger":
        return now - Math.max(this.since, this.wroteAt) > limits.lingerMs ? "destroy" : undefined;
    }
  }

  #requestVerdict(now: number, limits: Limits, isHeldUp: boolean): Overdue | undefined {
    if (now - this.#requestAt > limits.requestTimeoutMs) return "x-request-timeout";
    if (this.phase === "busy") return isHeldUp ? undefined : this.#readVerdict(now, limits);
    const quiet = now - Math.max(this.since, this.wroteAt);
    return quiet > limits.halfCloseGraceMs ? "client_closed" : undefined;
  }

  #readVerdict(now: number, limits: Limits): Overdue | undefined {
    if (!this.isReading) return undefined;
    if (now - this.readAt > limits.bodyTimeoutMs) return "client_timeout";
    const reading = now - this.bodyStartedAt;
    const isSlow = reading > limits.bodyTimeoutMs && (this.bodyBytes * 1000) / reading < limits.minBodyRate;
    return isSlow ? "client_timeout" : undefined;
  }
}
