/** Where the frames of a client end (RFC 6455 §5.2), found without looking into them. */

/** Clients mask every frame. */
const MASK_BYTES = 4;
/** Values of the short length that stand for a longer one behind it, and how many bytes that has. */
const LENGTH_16 = 126;
const LENGTH_16_BYTES = 2;
const LENGTH_64_BYTES = 8;

/**
 * Passes over the bytes of one client, in whatever pieces they come, and stops where a number of frames has ended:
 * more messages than that cannot be in what was passed over. Bytes that are no frames are for the codec to refuse.
 *
 * @example
 * const ruler = new FrameRuler();
 * const size = ruler.pass(bytes, bytes.byteLength, 1);
 * const first = bytes.subarray(0, size);
 */
export class FrameRuler {
  /** Bytes of mask and payload that are still to come. */
  #left = 0;
  #isInHead = false;
  /** Bytes of a longer length that are still to come. */
  #lengthLeft = 0;
  #length = 0;

  /** Passes over at most this many bytes and frames; gives how many bytes that were. */
  pass(bytes: Uint8Array, atMost: number, frames: number): number {
    const end = Math.min(bytes.byteLength, atMost);
    let at = 0;
    let ended = 0;
    while (at < end && ended < frames) {
      if (this.#left === 0) {
        this.#readHead(bytes[at++]!);
        continue;
      }
      const step = Math.min(this.#left, end - at);
      at += step;
      this.#left -= step;
      if (this.#left === 0) ended++;
    }
    return at;
  }

  #readHead(byte: number): void {
    if (!this.#isInHead) {
      this.#isInHead = true;
    } else if (this.#lengthLeft > 0) {
      this.#length = this.#length * 256 + byte;
      if (--this.#lengthLeft === 0) this.#headEnded(this.#length);
    } else {
      const size = byte & 127;
      if (size < LENGTH_16) return this.#headEnded(size);
      this.#length = 0;
      this.#lengthLeft = size === LENGTH_16 ? LENGTH_16_BYTES : LENGTH_64_BYTES;
    }
  }

  #headEnded(length: number): void {
    this.#isInHead = false;
    this.#left = MASK_BYTES + length;
  }
}
