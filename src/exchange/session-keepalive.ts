/** Pings on a session, and the pongs that tell that the client is still there (WS-11). */
import { Deadline } from "./deadline.ts";

/** What the pings of a session ask of it. */
export interface KeepaliveOwner {
  /** Pings a client that takes what it is sent. */
  sendPing(): void;
  /** False while nothing can be said about the client: it is held back, or has not yet taken what was sent before. */
  readonly mayJudge: boolean;
  /** No pong has come in time. */
  unanswered(seconds: number): void;
}

/** One per session; costs nothing before it is asked for. */
export class SessionKeepalive {
  readonly #owner: KeepaliveOwner;
  readonly #nextPing = new Deadline();
  readonly #pong = new Deadline();

  constructor(owner: KeepaliveOwner) {
    this.#owner = owner;
  }

  /** A ping every `interval` seconds; 0 stops. With a `timeout` each of them must be answered within it. */
  every(interval: number, timeout: number | undefined): void {
    this.#pong.clear();
    this.#repeat(interval, timeout);
  }

  /** The client is there. */
  answered(): void {
    this.#pong.clear();
  }

  stop(): void {
    this.#nextPing.clear();
    this.#pong.clear();
  }

  #repeat(interval: number, timeout: number | undefined): void {
    this.#nextPing.set(interval * 1000, () => {
      this.#repeat(interval, timeout);
      this.#ping(timeout);
    });
  }

  /** One that is held back cannot be heard, but a connection that is gone says so when something is sent on it. */
  #ping(timeout: number | undefined): void {
    this.#owner.sendPing();
    if (timeout !== undefined && this.#owner.mayJudge && !this.#pong.isSet) this.#await(timeout);
  }

  #await(seconds: number): void {
    this.#pong.set(seconds * 1000, () => {
      if (this.#owner.mayJudge) this.#owner.unanswered(seconds);
      else this.#await(seconds);
    });
  }
}
