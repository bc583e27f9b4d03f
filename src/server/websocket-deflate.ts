/** Compression of messages (RFC 7692): what is agreed on, and when its memory is let go. */
import { byteLength } from "../exchange/bytes.ts";
import { Deadline } from "../exchange/deadline.ts";
import type { Limits } from "./limits.ts";
import type { Deflate, DeflateDone, SessionExtensions, WebSocketLibrary } from "./websocket-library.ts";

/** A session without a context that is quiet for so long lets its streams go: some 300 KB with a full window. */
const QUIET_MS = 1000;
const FULL_WINDOW_BITS = 15;
const LEVEL = 6;

/** The compression of one session. */
export class SessionDeflate {
  readonly #deflate: Deflate;
  readonly #minBytes: number;
  readonly #keepsContext: boolean;
  readonly #quiet = new Deadline();
  #running = 0;
  /** True between the pieces of a message, which share a context. */
  #isInMessage = false;
  #hasMoved = false;
  #isReleased = false;
  readonly extensions: SessionExtensions;

  constructor(deflate: Deflate, name: string, limits: Limits) {
    this.#deflate = deflate;
    this.#minBytes = limits.deflateMinBytes;
    this.#keepsContext = limits.deflateContextBits > 0;
    this.extensions = { [name]: deflate };
    const { compress, decompress } = deflate;
    deflate.compress = (data, isLast, done) => compress.call(deflate, data, isLast, this.#watched(done));
    deflate.decompress = (data, isLast, done) => {
      this.#isInMessage = !isLast;
      decompress.call(deflate, data, isLast, this.#watched(done));
    };
  }

  /** True for a message that is long enough to become shorter. */
  isWorth(data: string | Uint8Array): boolean {
    const size = typeof data === "string" ? data.length : data.byteLength;
    if (size >= this.#minBytes) return true;
    return typeof data === "string" && size * 3 >= this.#minBytes && byteLength(data) >= this.#minBytes;
  }

  /** What is at work is waited for: `ws` reads from its streams when they report, and finds none after a `cleanup`. */
  release(): void {
    this.#isReleased = true;
    this.#quiet.clear();
    if (this.#running === 0) this.#deflate.cleanup();
  }

  #watched(done: DeflateDone): DeflateDone {
    this.#running++;
    return (error, bytes) => {
      this.#running--;
      this.#hasMoved = true;
      if (!this.#isReleased && !this.#keepsContext && !this.#quiet.isSet) this.#letGoSoon();
      done(error, bytes);
      // What was done may have begun the next.
      if (this.#isReleased) this.release();
    };
  }

  #letGoSoon(): void {
    this.#hasMoved = false;
    this.#quiet.set(QUIET_MS, () => {
      if (this.#hasMoved || this.#running > 0 || this.#isInMessage) this.#letGoSoon();
      else this.#deflate.cleanup();
    });
  }
}

/** What came of an offer: the compression of the session, and the field that says so. */
export interface DeflateAgreement {
  readonly deflate: SessionDeflate | undefined;
  readonly field: string | undefined;
}

const NONE: DeflateAgreement = { deflate: undefined, field: undefined };

/**
 * Chooses one of the client's offers. Without a context nothing is kept from message to message, and a quiet session
 * costs nothing; with one, both sides are asked for a window of that size. An offer that breaks the grammar or that
 * does not fit is no offer.
 */
export function agreeOnDeflate(library: WebSocketLibrary, offers: string, limits: Limits): DeflateAgreement {
  if (limits.deflateMinBytes === 0 || offers === "") return NONE;
  const name = library.PerMessageDeflate.extensionName;
  const bits = limits.deflateContextBits;
  const deflate = new library.PerMessageDeflate({
    isServer: true,
    maxPayload: limits.maxMessageBytes,
    threshold: 0,
    // False would refuse a client that asks for it.
    ...(bits === 0 ? { serverNoContextTakeover: true, clientNoContextTakeover: true } : {}),
    ...(bits > 0 && bits < FULL_WINDOW_BITS ? { serverMaxWindowBits: bits } : {}),
    zlibDeflateOptions: { level: LEVEL, memLevel: Math.max(1, (bits || FULL_WINDOW_BITS) - 7) },
  });
  try {
    const offered = library.extension.parse(offers)[name];
    if (offered === undefined) return NONE;
    const field = library.extension.format({ [name]: [deflate.accept(offered)] });
    return { deflate: new SessionDeflate(deflate, name, limits), field };
  } catch {
    return NONE;
  }
}
