/** What a WebSocket client has sent and its app has not yet received: whole messages, and bytes not yet looked at. */
import type { WebSocketReceiveMessage } from "../pagi/event.ts";
import type { SessionLimits } from "./frame-codec.ts";
import { FrameRuler } from "./frame-ruler.ts";

/** What an empty message costs: without it a client could queue any number of them. */
const MESSAGE_COST = 64;
/** So many messages of the largest size may come out of one push of compressed bytes. */
const INFLATED_MESSAGES = 4;
/** More than one read of the shortest messages costs. */
const LARGEST_READ = 262_144;

interface Waiting {
  readonly event: WebSocketReceiveMessage;
  readonly cost: number;
}

/**
 * Bounded by number and by bytes. What is not yet looked at waits as bytes, so that a client is held back by its
 * connection and not punished for being faster than the app.
 */
export class MessageQueue {
  readonly #limits: SessionLimits;
  #messages: Waiting[] = [];
  #cost = 0;
  #pieces: Uint8Array[] = [];
  #heldBytes = 0;
  readonly #ruler = new FrameRuler();
  /** The memory that the last binary message is a view of. */
  #lastMemory: ArrayBufferLike | undefined;

  constructor(limits: SessionLimits) {
    this.#limits = limits;
  }

  /** Bytes of both kinds. */
  get bytes(): number {
    return this.#cost + this.#heldBytes;
  }

  get hasHeld(): boolean {
    return this.#heldBytes > 0;
  }

  /** True when there is more than holding the client back allows for: compressed bytes became too many. */
  get isOver(): boolean {
    const { maxMessageBytes, maxQueuedBodyBytes, maxReceiveQueue } = this.#limits;
    if (this.#messages.length > maxReceiveQueue) return true;
    return this.#cost > maxQueuedBodyBytes + Math.max(INFLATED_MESSAGES * maxMessageBytes, LARGEST_READ);
  }

  add(data: string | Uint8Array, size: number): void {
    const cost = MESSAGE_COST + (typeof data === "string" ? size : this.#memoryOf(data));
    const event: WebSocketReceiveMessage =
      typeof data === "string"
        ? { type: "websocket.receive", text: data }
        : { type: "websocket.receive", bytes: data };
    this.#messages.push({ event, cost });
    this.#cost += cost;
  }

  /** A short message keeps all that was read with it; those that share it pay once. */
  #memoryOf({ buffer, byteLength }: Uint8Array): number {
    const isShared = buffer === this.#lastMemory;
    this.#lastMemory = buffer;
    return isShared ? byteLength : buffer.byteLength;
  }

  take(): WebSocketReceiveMessage | undefined {
    const first = this.#messages.shift();
    if (first !== undefined) this.#cost -= first.cost;
    return first?.event;
  }

  /** Bytes as they came. */
  hold(piece: Uint8Array): void {
    if (piece.byteLength === 0) return;
    this.#pieces.push(piece);
    this.#heldBytes += piece.byteLength;
  }

  /** Held bytes to look at now: no more than there is room for, whatever messages are in them. */
  release(atMost: number): Uint8Array | undefined {
    const [piece] = this.#pieces;
    const room = this.#limits.maxReceiveQueue - this.#messages.length;
    if (piece === undefined || room <= 0 || this.#cost >= this.#limits.maxQueuedBodyBytes) return undefined;
    const size = this.#ruler.pass(piece, atMost, room);
    this.#heldBytes -= size;
    if (size === piece.byteLength) this.#pieces.shift();
    else this.#pieces[0] = piece.subarray(size);
    return size === piece.byteLength ? piece : piece.subarray(0, size);
  }

  /** Forgets the messages: nobody asks for them any more. */
  dropMessages(): void {
    this.#messages = [];
    this.#cost = 0;
    this.#lastMemory = undefined;
  }

  dropHeld(): void {
    this.#pieces = [];
    this.#heldBytes = 0;
  }
}
