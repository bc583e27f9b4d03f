/** The frames of a session whose platform makes and reads them: messages go through as they are. */
import { Deadline } from "../../exchange/deadline.ts";
import { byteLength } from "../../exchange/bytes.ts";
import type { FrameCodec, FrameSink } from "../../exchange/frame-codec.ts";
import type { PlatformSession } from "./platform-socket.ts";

/** How often a platform is asked whether its client has taken what waits: it does not tell by itself. */
const LOOK_MS = 10;
const ABNORMAL = 1006;
const NO_CODE = 1005;

/** One per session, made when the app accepts; what the platform tells goes to the session that it is part of. */
export class SocketCodec implements FrameCodec {
  readonly maxPushBytes: number = Infinity;
  readonly #maxMessageBytes: number;
  readonly #lost: (detail: string) => void;
  readonly #looking = new Deadline();
  #platform: PlatformSession | undefined;
  #sink: FrameSink | undefined;
  #early: (() => void)[] = [];
  #waiting: (() => void)[] = [];
  #isOver = false;

  /** `lost` is told when the client goes without a word. */
  constructor(maxMessageBytes: number, lost: (detail: string) => void) {
    this.#maxMessageBytes = maxMessageBytes;
    this.#lost = lost;
  }

  /** The platform has accepted the handshake. */
  begin(platform: PlatformSession): void {
    this.#platform = platform;
  }

  /** The session has begun: it hears what came before, too. */
  start(sink: FrameSink): this {
    this.#sink = sink;
    queueMicrotask(() => {
      for (const tell of this.#early.splice(0)) tell();
    });
    return this;
  }

  /** A message of the client. */
  message(data: string | Uint8Array): void {
    const size = typeof data === "string" ? byteLength(data) : data.byteLength;
    if (size <= this.#maxMessageBytes) this.#tell((sink) => sink.message(data, size));
    else this.#tell((sink) => sink.broken(1009, `a message of ${size} bytes`));
  }

  /** The platform's session is over. */
  closed(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#tell((sink) => {
      // Some platforms leave it to us to answer a goodbye.
      if (code !== ABNORMAL) sink.peerClosed(code === 0 ? NO_CODE : code, reason);
      this.#isOver = true;
      if (code === ABNORMAL) this.#lost("the client has gone without a close frame");
      this.#look();
    });
  }

  #tell(tell: (sink: FrameSink) => void): void {
    if (this.#sink === undefined || this.#early.length > 0) this.#early.push(() => tell(this.#sink!));
    else tell(this.#sink);
  }

  get bufferedAmount(): number {
    return this.#isOver ? 0 : (this.#platform?.socket.bufferedAmount ?? 0);
  }

  /** Calls `listener` once when less than `mark` bytes wait. */
  whenBelow(mark: number, listener: () => void): void {
    this.#waiting.push(() => (this.bufferedAmount < mark ? listener() : this.whenBelow(mark, listener)));
    if (!this.#looking.isSet) this.#looking.set(LOOK_MS, () => this.#look());
  }

  #look(): void {
    for (const check of this.#waiting.splice(0)) check();
  }

  /** Bytes of the client are the platform's affair. */
  push(): boolean {
    return true;
  }

  send(data: string | Uint8Array): undefined {
    this.#try(({ socket }) => socket.send(data));
  }

  /** Where we cannot ask, the platform keeps its connections alive by its own rules. */
  ping(): void {
    if (this.#platform?.socket.ping === undefined) return this.#sink!.pong();
    return this.#try(({ socket }) => socket.ping!());
  }

  ponged(): void {
    this.#tell((sink) => sink.pong());
  }

  pong(): void {}

  close(code: number | undefined, reason: string, written: () => void): void {
    this.#try(({ socket }) => socket.close(code, reason));
    written();
  }

  /** Ends the connection without a goodbye. */
  cut(): void {
    this.#try(({ socket }) => socket.cut());
  }

  release(): void {
    this.#looking.clear();
    queueMicrotask(() => this.#look());
  }

  /** A socket that is over takes nothing, and says so in many ways; its end is told by `closed`. */
  #try(act: (platform: PlatformSession) => void): void {
    if (this.#platform === undefined || this.#isOver) return;
    try {
      act(this.#platform);
    } catch (error) {
      this.#lost(`the platform's socket failed: ${String(error)}`);
    }
  }
}
