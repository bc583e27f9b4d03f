/**
 * What a connection reads into: one buffer that all share, and for a large body buffers of its own, which go to the
 * app as they are.
 * Trick "give away": saves a copy of every byte of a large body; bench workload echo-1m.
 */
import { Buffer } from "node:buffer";
import { byteTools, copyOf } from "./byte-tools.ts";

/** Bytes of further requests that are kept while one is being answered; then the client has to wait. */
export const MAX_WAITING_BYTES = 65_536;

const READ_BYTES = 65_536;
/** A buffer that is filled less than this is copied from and read into again. */
const WORTH_GIVING = READ_BYTES / 2;

let shared: Buffer | undefined;

/** One per connection. */
export class ReadBuffer {
  readonly #bytesToCome: () => number;
  #current: Buffer | undefined;
  #isGiven = false;

  /** `bytesToCome` tells how much of a body is still expected. */
  constructor(bytesToCome: () => number) {
    this.#bytesToCome = bytesToCome;
  }

  /** The buffer for the next read; `undefined` when it stays the same. */
  next(): Buffer | undefined {
    shared ??= Buffer.allocUnsafeSlow(READ_BYTES);
    const wantsOwn = this.#bytesToCome() >= READ_BYTES;
    const isOwn = this.#current !== undefined && this.#current !== shared;
    if (wantsOwn === isOwn && !this.#isGiven && this.#current !== undefined) return undefined;
    this.#isGiven = false;
    this.#current = wantsOwn ? Buffer.allocUnsafeSlow(READ_BYTES) : shared;
    return this.#current;
  }

  /** Body bytes for the app: given away when the buffer is our own and well filled, else copied. */
  readonly keep = (bytes: Uint8Array, from: number, to: number): Uint8Array => {
    // Where nobody reads into a buffer of ours, over TLS, each read has one of its own.
    if (this.#current === undefined)
      return (to - from) * 2 < bytes.byteLength ? copyOf(bytes, from, to) : bytes.subarray(from, to);
    if (bytes !== this.#current || bytes === shared || to - from < WORTH_GIVING)
      return copyOf(bytes, from, to);
    this.#isGiven = true;
    return bytes.subarray(from, to);
  };

  readonly allocate: (size: number) => Uint8Array = byteTools.allocate;
  readonly text: (bytes: Uint8Array, from: number, to: number) => string = byteTools.text;
}
