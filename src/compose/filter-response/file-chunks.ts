/** Reads a file body in pieces, for a filter that must see its bytes. */
import type { HttpFileBody } from "../../pagi/event.ts";
import type { FileHandleLike } from "../../pagi/event.ts";

const PIECE = 64 * 1024;

/** An open file that the one who opened it closes. */
export interface OpenedFile extends FileHandleLike {
  close(): Promise<unknown>;
}

/** Opens the absolute path of a file body, for example `open` of `node:fs/promises`. */
export type OpenFile = (path: string) => Promise<OpenedFile>;

/**
 * The bytes from `offset`, up to `length` or the end of the file. Closes what `openFile` opened; a
 * handle stays the app's. The caller has made sure that there is a handle or an `openFile`.
 */
export async function* fileChunks(body: HttpFileBody, openFile?: OpenFile): AsyncGenerator<Uint8Array> {
  const opened = body.handle === undefined ? await openFile?.(body.file ?? "") : undefined;
  const handle = body.handle ?? opened;
  try {
    if (handle === undefined) return;
    let position = body.offset ?? 0;
    let left = body.length ?? Number.POSITIVE_INFINITY;
    while (left > 0) {
      const buffer = new Uint8Array(Math.min(PIECE, left));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await opened?.close();
  }
}
