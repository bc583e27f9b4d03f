/**
 * The narrow waist between a WebSocket session and whatever makes and reads its frames. The session knows rules and
 * closing codes, the codec knows bytes; neither knows sockets.
 */
import type { WebSocketHandshake } from "../http/websocket.ts";
import type { Headers } from "../pagi/scope.ts";

/** Who is told what the frames of the client say. */
export interface FrameSink {
  /** A whole message: text, or the bytes of a binary one, and its size in bytes. */
  message(data: string | Uint8Array, size: number): void;
  ping(data: Uint8Array): void;
  pong(): void;
  /** The client says goodbye; 1005 when it gave no code. Nothing comes after it. */
  peerClosed(code: number, reason: string): void;
  /** The client broke the protocol or a limit; `code` is the close code to answer with. Nothing comes after it. */
  broken(code: number, detail: string): void;
  /** Bytes that were still at work when {@link FrameCodec.push} returned are done. */
  decoded(): void;
}

/** Makes and reads the frames of one session. No method throws. */
export interface FrameCodec {
  /** Most bytes to push at once. */
  readonly maxPushBytes: number;
  /** Reads bytes, which become the codec's own. False while some of them are at work: `decoded` follows. */
  push(bytes: Uint8Array): boolean;
  /** Sends a message. A promise while it is at work, nothing when its frame was written. */
  send(data: string | Uint8Array): Promise<void> | undefined;
  ping(): void;
  pong(data: Uint8Array): void;
  /** Sends a close frame behind all messages, without a code when there is none, then calls `written`. */
  close(code: number | undefined, reason: string, written: () => void): void;
  /** Lets go of everything; what is still at work counts as done. */
  release(): void;
}

/** What server and client have agreed on. */
export interface FrameAgreement {
  /** The fields of the answer that say so. */
  readonly headers: Headers;
  /** Makes the codec of the session; `write` takes the bytes of its frames. */
  start(sink: FrameSink, write: (bytes: Uint8Array | string) => void): FrameCodec;
}

/** Bounds of a session, in bytes, counts and milliseconds; each is described in `docs/options.md`. */
export interface SessionLimits {
  readonly maxMessageBytes: number;
  readonly maxReceiveQueue: number;
  readonly maxQueuedBodyBytes: number;
  readonly acceptTimeoutMs: number;
  readonly closeTimeoutMs: number;
  readonly sessionIdleTimeoutMs: number;
  readonly stopCloseCode: number;
}

/** What WebSocket sessions take from whoever runs them. */
export interface SessionHost {
  readonly limits: SessionLimits;
  /** Agrees on extensions. Rejects when this host cannot make frames. */
  agree(handshake: WebSocketHandshake): Promise<FrameAgreement>;
}
