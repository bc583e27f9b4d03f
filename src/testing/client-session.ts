/**
 * The client's end of a WebSocket, over any stream of bytes: it says what it is told to say, right or wrong, and hands
 * out every frame that comes, pings and pongs included. Nothing is answered by itself.
 */
import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { loadWebSocketLibrary } from "../server/websocket-library.ts";
import type { ByteSource } from "./byte-source.ts";
import type { ClientHead } from "./client.ts";

/** What a client asks for. */
export interface SessionRequest {
  /** `/` when absent. */
  readonly path?: string;
  readonly headers?: ClientHead["headers"];
  readonly subprotocols?: readonly string[];
}

/** What came from the server, in its order. */
export type SessionEvent =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  | { readonly type: "ping" | "pong"; readonly data: string }
  | { readonly type: "close"; readonly code: number; readonly reason: string }
  | { readonly type: "end" };

/** The stream below a session. */
export interface SessionStream {
  readonly source: ByteSource;
  write(bytes: Uint8Array): Promise<void>;
  /** Leaves without a word. */
  destroy(): void;
}

/** Opcodes of RFC 6455 §5.2. */
export const OPCODE = { more: 0, text: 1, bytes: 2, close: 8, ping: 9, pong: 10 } as const;

/** How one frame is made. */
export interface FrameOptions {
  /** The last of its message; true when absent. */
  readonly isLast?: boolean;
  /** As a client must; true when absent. */
  readonly isMasked?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
}

/**
 * The bytes of one frame, right or wrong.
 *
 * @example
 * frame(OPCODE.text, "hel", { isLast: false });
 */
export function frame(opcode: number, data: string | Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { isLast = true, isMasked = true, reserved = 0 } = options;
  const payload = Buffer.from(data);
  const size = payload.length;
  const length = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : [127];
  const long = Buffer.alloc(size < 65_536 ? 0 : 8);
  if (long.length > 0) long.writeBigUInt64BE(BigInt(size));
  const head = Buffer.from([(isLast ? 128 : 0) | (reserved << 4) | opcode, ...length]);
  if (!isMasked) return Buffer.concat([head, long, payload]);
  head[1]! |= 128;
  const mask = randomBytes(4);
  for (let index = 0; index < size; index++) payload[index]! ^= mask[index & 3]!;
  return Buffer.concat([head, long, mask, payload]);
}

/** The body of a close frame. */
export function closeBody(code: number, reason = ""): Uint8Array {
  return Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
}

/** An answered handshake. */
export class ClientSession {
  readonly #stream: SessionStream;
  readonly #events: SessionEvent[] = [];
  #isReading = false;
  #wake: (() => void) | undefined;
  /** The answer; a session was opened when its status is 101, over HTTP/2 200. */
  readonly head: ClientHead;

  constructor(stream: SessionStream, head: ClientHead) {
    this.#stream = stream;
    this.head = head;
  }

  /** The next thing that came. Nothing is read before it is asked for. */
  async next(): Promise<SessionEvent> {
    if (!this.#isReading) void this.#read();
    while (this.#events.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#events[0]?.type === "end" ? this.#events[0] : this.#events.shift()!;
  }

  text(text: string): Promise<void> {
    return this.raw(frame(OPCODE.text, text));
  }

  bytes(bytes: Uint8Array): Promise<void> {
    return this.raw(frame(OPCODE.bytes, bytes));
  }

  ping(data = ""): Promise<void> {
    return this.raw(frame(OPCODE.ping, data));
  }

  /** Says goodbye, without a code when none is given. */
  close(code?: number, reason?: string): Promise<void> {
    return this.raw(frame(OPCODE.close, code === undefined ? "" : closeBody(code, reason)));
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array): Promise<void> {
    return this.#stream.write(bytes);
  }

  /** Leaves without a word. */
  leave(): void {
    this.#stream.destroy();
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    const { Receiver } = await loadWebSocketLibrary();
    const receiver = new Receiver({
      isServer: false,
      extensions: {},
      maxPayload: 0,
      maxFragments: 0,
      maxBufferedChunks: 0,
    });
    receiver
      .on("message", (data, isBinary) =>
        this.#push(isBinary ? { type: "bytes", bytes: data } : { type: "text", text: data.toString() }),
      )
      .on("ping", (data) => this.#push({ type: "ping", data: data.toString() }))
      .on("pong", (data) => this.#push({ type: "pong", data: data.toString() }))
      .on("conclude", (code, reason) => this.#push({ type: "close", code, reason: reason.toString() }))
      .on("error", (error) => this.#push({ type: "close", code: -1, reason: error.message }));
    for (
      let piece = await this.#stream.source.some();
      piece !== undefined;
      piece = await this.#stream.source.some()
    ) {
      // The reader writes over what it gets.
      receiver.write(Buffer.from(piece));
    }
    this.#push({ type: "end" });
  }

  #push(event: SessionEvent): void {
    this.#events.push(event);
    this.#wake?.();
  }
}
