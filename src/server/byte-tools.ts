/** Node's own ways to copy bytes and to read them as text, for the codecs. */
import { Buffer } from "node:buffer";
import type { ByteTools } from "../protocol/http1/request-reader.ts";

/**
 * What `toString("latin1")` calls in the end, on every Node and for every Uint8Array.
 * Trick "direct slice": skips the choice of an encoding for each head; bench/micro/read-head.mjs.
 */
const latin1Slice = (Buffer.prototype as unknown as { latin1Slice(from: number, to: number): string })
  .latin1Slice;

/** Takes small arrays from Node's pool and reads text without a copy in JavaScript. */
export const byteTools: ByteTools = {
  allocate: (size) => Buffer.allocUnsafe(size),
  keep: copyOf,
  text: (bytes, from, to) => latin1Slice.call(bytes, from, to),
};

/** A copy of `bytes[from..to)`, from Node's pool when it is small. */
export function copyOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const copy = Buffer.allocUnsafe(to - from);
  copy.set(bytes.subarray(from, to));
  return copy;
}

/** Bytes as a string of one character each. */
export function latin1(bytes: Uint8Array): string {
  return latin1Slice.call(bytes, 0, bytes.byteLength);
}

const SLAB_BYTES = 131_072;
/** What is smaller comes from Node's own pool. */
const POOLED_BYTES = 4096;

let slab = Buffer.allocUnsafeSlow(0);
let slabUsed = 0;

/**
 * A copy of the first `length` bytes of what was read, for whoever goes on with an upgraded connection.
 * Trick "carved copies": several reads share an allocation, which spares the collector's work; bench/websocket.mjs.
 */
export function copyOfRead(bytes: Uint8Array, length: number): Uint8Array {
  if (length < POOLED_BYTES || length > SLAB_BYTES / 2) return copyOf(bytes, 0, length);
  if (slabUsed + length > slab.byteLength) {
    slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    slabUsed = 0;
  }
  const copy = slab.subarray(slabUsed, slabUsed + length);
  copy.set(bytes.subarray(0, length));
  slabUsed += length;
  return copy;
}
