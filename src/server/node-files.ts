/** Opens files with `node:fs`. */
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isAbsolute } from "node:path";
import type { FileOpener, OpenedFile } from "../exchange/file-opener.ts";

/** The file opener of every runtime that has `node:fs`. */
export const nodeFiles: FileOpener = { isAbsolute, open: openFile };

/** Opening a named pipe would wait for its writer, and hold one of the few threads that open files. */
const WITHOUT_WAITING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

async function openFile(path: string): Promise<OpenedFile> {
  const handle = await open(path, WITHOUT_WAITING);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new Error("not a regular file");
    return new NodeFile(handle, stat.size);
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}

class NodeFile implements OpenedFile {
  readonly #handle: FileHandle;
  readonly size: number;

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    at: number | null,
  ): Promise<{ bytesRead: number }> {
    return this.#handle.read(buffer, offset, length, at);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
