/**
 * An accepted WebSocket, from the handshake to the last byte: frames in and out, pings, the closing handshake and its
 * deadlines. What the app may do and what it is told is the exchange's affair.
 *
 * open -goodbye of the server-> closing -goodbye of the client-> ending -written-> over; ending from anywhere.
 */
import type { DisconnectReason } from "../pagi/connection.ts";
import { Deadline } from "./deadline.ts";
import type { FrameAgreement, FrameCodec, FrameSink, SessionLimits } from "./frame-codec.ts";
import type { MessageQueue } from "./message-queue.ts";
import { type KeepaliveOwner, SessionKeepalive } from "./session-keepalive.ts";
import { nextTurn } from "./next-turn.ts";
import type { ResponseWire } from "./wire.ts";

const NO_CODE = 1005;

/** What a failure of the client is called in the contract, by the close code it is answered with. */
const REASONS: Readonly<Record<number, DisconnectReason>> = {
  1002: "protocol_error",
  1007: "protocol_error",
  1008: "queue_overflow",
  1009: "body_too_large",
};

/** Who is told how a session goes. */
export interface SessionOwner {
  /** Something waits in the queue. */
  received(): void;
  /** The closing handshake is complete: the client has said goodbye, first or last. */
  closed(code: number, reason: string): void;
  /** The session is over without one; without a `code` nothing was said on the wire either. */
  lost(reason: DisconnectReason, detail: string, code?: number): void;
}

/** What a session is made of. */
export interface SessionParts {
  readonly wire: ResponseWire;
  readonly queue: MessageQueue;
  readonly limits: SessionLimits;
  readonly agreement: FrameAgreement;
}

/** One per accepted WebSocket. */
export class WebSocketSession implements FrameSink, KeepaliveOwner {
  readonly #wire: ResponseWire;
  readonly #queue: MessageQueue;
  readonly #limits: SessionLimits;
  readonly #owner: SessionOwner;
  readonly #codec: FrameCodec;
  readonly #keepalive = new SessionKeepalive(this);
  readonly #deadline = new Deadline();
  #state: "open" | "closing" | "ending" | "over" = "open";
  /** Our close frame has left. */
  #isSaid = false;
  #isDecoding = false;
  #isHeldBack = false;
  #hasInputEnded = false;
  #latePong: Uint8Array | undefined;
  #movedAt = 0;

  constructor({ wire, queue, limits, agreement }: SessionParts, owner: SessionOwner) {
    this.#wire = wire;
    this.#queue = queue;
    this.#limits = limits;
    this.#owner = owner;
    this.#codec = agreement.start(this, (bytes) => wire.write(bytes, false));
    this.#watchIdle(limits.sessionIdleTimeoutMs);
  }

  get mayJudge(): boolean {
    return !this.#isHeldBack && !this.#isFull;
  }

  /** The client does not take what it is sent. */
  get #isFull(): boolean {
    return this.#wire.bufferedAmount >= this.#wire.highWaterMark;
  }

  get #isReading(): boolean {
    return this.#state === "open" || this.#state === "closing";
  }

  /** Bytes of the client. */
  push(piece: Uint8Array, isLast: boolean): void {
    if (!this.#isReading) return;
    this.#moved();
    this.#queue.hold(piece);
    this.#hasInputEnded ||= isLast;
    this.pump();
    if (this.#queue.bytes >= this.#limits.maxQueuedBodyBytes) this.#isHeldBack = true;
  }

  /** Looks at what is held, as far as there is room for what may be in it; then the client may go on. */
  pump(): void {
    while (this.#isReading && !this.#isDecoding) {
      const bytes = this.#queue.release(this.#codec.maxPushBytes);
      if (bytes === undefined) break;
      this.#isDecoding = true;
      if (this.#codec.push(bytes)) this.#isDecoding = false;
    }
    if (this.#isHeldBack && this.#queue.bytes < this.#limits.maxQueuedBodyBytes / 2) {
      this.#isHeldBack = false;
      this.#wire.wantBody();
    }
    const isMoreToCome = !this.#hasInputEnded || this.#isDecoding || this.#queue.hasHeld;
    // A close frame that came with the end is told in the next turn: only after that there was none.
    if (this.#isReading && !isMoreToCome) void nextTurn().then(() => this.#inputEnded());
  }

  #inputEnded(): void {
    if (!this.#isReading) return;
    this.#owner.lost("client_closed", "the client ended its side without a close frame");
    this.#finish();
  }

  /** Sends a message. A promise while it is at work, nothing when its frame was written. */
  send(data: string | Uint8Array): Promise<void> | undefined {
    this.#moved();
    return this.#codec.send(data);
  }

  keepalive(interval: number, timeout: number | undefined): void {
    this.#keepalive.every(interval, timeout);
  }

  /** Begins the closing handshake; the client has so long to answer. Messages are not wanted any more. */
  close(code: number, reason: string): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#queue.dropMessages();
    this.#deadline.set(this.#limits.closeTimeoutMs, () => {
      this.#owner.lost("client_timeout", "no answer to the close frame");
      this.#finish();
    });
    this.#say(code, reason);
    this.pump();
  }

  /** The transport is gone: nothing is written any more. */
  release(): void {
    this.#state = "over";
    this.#keepalive.stop();
    this.#deadline.clear();
    this.#queue.dropHeld();
    this.#codec.release();
  }

  message(data: string | Uint8Array, size: number): void {
    if (this.#state !== "open") return;
    this.#queue.add(data, size);
    if (this.#queue.isOver) this.broken(1008, "too many messages wait for the app");
    else this.#owner.received();
  }

  /** A client that does not take its pongs gets one, for the last ping, when it does (RFC 6455 §5.5.3). */
  ping(data: Uint8Array): void {
    if (this.#state !== "open") return;
    if (!this.#isFull) return this.#codec.pong(data);
    const isWaiting = this.#latePong !== undefined;
    this.#latePong = data;
    if (!isWaiting) this.#wire.whenDrained(() => this.#sendLatePong());
  }

  pong(): void {
    this.#keepalive.answered();
  }

  decoded(): void {
    this.#isDecoding = false;
    this.pump();
  }

  peerClosed(code: number, reason: string): void {
    if (!this.#isReading) return;
    const isAnswer = this.#state === "closing";
    this.#state = "ending";
    this.#owner.closed(code, reason);
    if (!isAnswer) this.#say(code === NO_CODE ? undefined : code, "");
    else if (this.#isSaid) this.#finish();
  }

  broken(code: number, detail: string): void {
    if (!this.#isReading) return;
    const isOpen = this.#state === "open";
    this.#state = "ending";
    const reason = REASONS[code] ?? "protocol_error";
    this.#owner.lost(reason, detail, code);
    if (isOpen) this.#say(code, reason);
    else if (this.#isSaid) this.#finish();
  }

  sendPing(): void {
    if (!this.#isFull) this.#codec.ping();
  }

  unanswered(seconds: number): void {
    this.#cut("keepalive_timeout", `no pong within ${seconds} seconds`);
  }

  /** The close frame leaves behind all messages; in the end nothing else keeps the connection. */
  #say(code: number | undefined, reason: string): void {
    this.#keepalive.stop();
    this.#codec.close(code, reason, () => {
      this.#isSaid = true;
      if (this.#state === "ending") this.#finish();
    });
  }

  /** Nothing more is said or heard: ends our side of the connection. */
  #finish(): void {
    if (this.#state === "over") return;
    this.release();
    this.#wire.closeAfter();
    this.#wire.write("", true);
  }

  #sendLatePong(): void {
    const data = this.#latePong;
    this.#latePong = undefined;
    if (data !== undefined && this.#state === "open") this.#codec.pong(data);
  }

  #moved(): void {
    if (this.#limits.sessionIdleTimeoutMs > 0) this.#movedAt = performance.now();
  }

  /** The timer is not set anew for each message: when it runs it looks when the last one was. */
  #watchIdle(milliseconds: number): void {
    this.#deadline.set(milliseconds, () => {
      if (this.#state !== "open") return;
      const left = this.#movedAt + this.#limits.sessionIdleTimeoutMs - performance.now();
      if (left <= 0 && this.mayJudge) this.#cut("idle_timeout", "nothing was said for too long");
      else this.#watchIdle(Math.max(left, this.#limits.sessionIdleTimeoutMs / 4));
    });
  }

  #cut(reason: DisconnectReason, detail: string): void {
    if (!this.#isReading) return;
    this.#owner.lost(reason, detail);
    this.release();
    this.#wire.abort();
  }
}
