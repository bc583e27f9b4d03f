/** File bodies of message apps as PSGI bodies. */
import type { HttpFileBody } from "../../pagi/event.ts";
import type { PsgiBody } from "../../psgi/response.ts";

const PIECE = 65_536;

/** A body for a `file` or `handle` event; `onClose` runs when the server lets go of it. */
export function fileBody(event: HttpFileBody, onClose: () => void): PsgiBody {
  const { file, handle, offset, length } = event;
  if (file !== undefined) {
    return {
      path: file,
      ...(offset !== undefined && { offset }),
      ...(length !== undefined && { length }),
      close: onClose,
    };
  }
  let position = offset ?? 0;
  const end = length === undefined ? Infinity : position + length;
  const getline = async (): Promise<Uint8Array | undefined> => {
    const buffer = new Uint8Array(Math.min(PIECE, end - position));
    if (buffer.byteLength === 0) return undefined;
    const { bytesRead } = await handle!.read(buffer, 0, buffer.byteLength, position);
    position += bytesRead;
    return bytesRead === 0 ? undefined : buffer.subarray(0, bytesRead);
  };
  return { getline, close: onClose };
}
