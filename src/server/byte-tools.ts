/** Node's own ways to copy bytes and to read them as text, for the codecs. */
import type { ByteTools } from "../protocol/http1/request-reader.ts";

/** Takes small arrays from Node's pool and reads text without a copy in JavaScript. */
export const byteTools: ByteTools = {
  allocate: (size) => Buffer.allocUnsafe(size),
  text: (bytes, from, to) => asBuffer(bytes).toString("latin1", from, to),
};

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
