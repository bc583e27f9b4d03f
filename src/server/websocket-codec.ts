/** The frames of one session, made and read by `ws`. */
import type { FrameCodec, FrameSink } from "../exchange/frame-codec.ts";
import type { Limits } from "./limits.ts";
import type { SessionDeflate } from "./websocket-deflate.ts";
import type { Receiver, Sender, SenderSocket, WebSocketLibrary } from "./websocket-library.ts";

/** Pieces of an incomplete frame: a client that sends byte by byte must not cost a hundred bytes for each. */
const MAX_PIECES = 16_384;
/** Compressed bytes to read at once: what comes out of them may be a thousand times as much. */
const MAX_COMPRESSED_PUSH = 4096;

/** The close code for an error of the receiver, by its name; every other breach of the framing is 1002. */
const CLOSE_CODES: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};

/** What the codec of a session is made of. */
export interface CodecParts {
  readonly library: WebSocketLibrary;
  readonly limits: Limits;
  readonly deflate: SessionDeflate | undefined;
  readonly write: (bytes: Uint8Array | string) => void;
}

/** One per session. */
export class WebSocketCodec implements FrameCodec {
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #outlet: Outlet;
  readonly #deflate: SessionDeflate | undefined;
  readonly #decoded: (() => void) | undefined;
  readonly maxPushBytes: number;

  constructor({ library, limits, deflate, write }: CodecParts, sink: FrameSink) {
    const extensions = deflate?.extensions ?? {};
    this.#deflate = deflate;
    this.maxPushBytes = deflate === undefined ? Infinity : MAX_COMPRESSED_PUSH;
    this.#decoded = deflate === undefined ? undefined : () => sink.decoded();
    this.#outlet = new Outlet(write);
    this.#sender = new library.Sender(this.#outlet, extensions);
    this.#receiver = new library.Receiver({
      isServer: true,
      extensions,
      maxPayload: limits.maxMessageBytes,
      maxFragments: limits.maxMessageFragments,
      maxBufferedChunks: MAX_PIECES,
    });
    this.#listen(sink);
  }

  /** What ends the session waits for a turn: messages that came just before are answered first. */
  #listen(sink: FrameSink): void {
    this.#receiver
      .on("message", (data, isBinary) => sink.message(isBinary ? data : data.toString(), data.byteLength))
      .on("ping", (data) => sink.ping(data))
      .on("pong", () => sink.pong())
      .on("conclude", (code, reason) => setImmediate(() => sink.peerClosed(code, reason.toString())))
      .on("error", (error) => setImmediate(() => sink.broken(closeCodeOf(error.code), error.message)));
  }

  push(bytes: Uint8Array): boolean {
    this.#receiver.write(bytes, this.#decoded);
    return this.#receiver.writableLength === 0;
  }

  send(data: string | Uint8Array): Promise<void> | undefined {
    const options = { binary: typeof data !== "string", compress: false, fin: true, mask: false } as const;
    if (this.#deflate?.isWorth(data) !== true) {
      this.#sender.send(data, options);
      return undefined;
    }
    return new Promise((resolve) => this.#sender.send(data, { ...options, compress: true }, resolve));
  }

  ping(): void {
    this.#sender.ping("", false);
  }

  pong(data: Uint8Array): void {
    this.#sender.pong(data, false);
  }

  close(code: number | undefined, reason: string, written: () => void): void {
    this.#sender.close(code, reason, false, written);
  }

  release(): void {
    this.#outlet.destroyed = true;
    this.#receiver.removeAllListeners().on("error", () => undefined);
    this.#deflate?.release();
  }
}

/** What a sender takes for its socket. Whole frames go on as they are made; a turn's are written together there. */
class Outlet implements SenderSocket {
  readonly #write: (bytes: Uint8Array | string) => void;
  destroyed = false;

  constructor(write: (bytes: Uint8Array | string) => void) {
    this.#write = write;
  }

  cork(): void {}

  uncork(): void {}

  write(chunk: Uint8Array | string, done?: () => void): void {
    if (!this.destroyed) this.#write(chunk);
    done?.();
  }
}

/** What zlib says of broken bytes is its own; they are no message (RFC 7692 §7.2.2, RFC 6455 §7.4.1). */
function closeCodeOf(name: string | undefined): number {
  if (name?.startsWith("Z_") === true) return 1007;
  return CLOSE_CODES[name ?? ""] ?? 1002;
}
