/** Node's own ways to copy bytes and to read them as text, for the codecs. */
import type { ByteTools } from "../protocol/http1/request-reader.ts";

/** Takes small arrays from Node's pool and reads text without a copy in JavaScript. */
export const byteTools: ByteTools = {
  allocate: (size) => Buffer.allocUnsafe(size),
  text: (bytes, from, to) => asBuffer(bytes).latin1Slice(from, to),
};

/** Every Node has this method under its `toString("latin1")`; calling it directly skips the choice of encoding. */
interface SliceableBuffer {
  latin1Slice(from: number, to: number): string;
}

function asBuffer(bytes: Uint8Array): SliceableBuffer {
  const isBuffer = bytes instanceof Buffer;
  const buffer: unknown = isBuffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return buffer as SliceableBuffer;
}

/** Bytes as a string of one character each. */
export function latin1(bytes: Uint8Array): string {
  return asBuffer(bytes).latin1Slice(0, bytes.byteLength);
}
