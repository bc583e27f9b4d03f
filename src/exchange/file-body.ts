/** Response bodies that the server takes from a file (HTTP-12 to HTTP-16). */
import { ContractError } from "../http/errors.ts";
import type { FileHandleLike, HttpFileBody } from "../pagi/event.ts";
import { allocate } from "./bytes.ts";
import type { FileOpener, OpenedFile } from "./file-opener.ts";

/** Bytes read and written at a time. */
const PIECE_BYTES = 65_536;

/** A file opened for one response. */
export interface FileSource {
  /** Bytes that will be sent; `undefined` when only reading tells. */
  readonly length: number | undefined;
  /** The next piece; empty at the end. The array is fresh each time. */
  read(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Checks the fields of a file body without touching the file. Throws a `ContractError` (HTTP-10, HTTP-12, HTTP-13). */
export function checkFileBody(event: HttpFileBody, files: FileOpener | undefined): void {
  const { file, handle, offset, length } = event;
  const more: unknown = event.more;
  if ((file !== undefined && handle !== undefined) || event.body !== undefined) {
    throw new ContractError("HTTP-10", "a body event has one of body, file and handle");
  }
  if (file !== undefined && files === undefined) {
    throw new ContractError("HTTP-14", `no files can be opened here, so not ${JSON.stringify(file)} either`);
  }
  if (file !== undefined && (typeof file !== "string" || !files!.isAbsolute(file))) {
    throw new ContractError("HTTP-12", `file must be an absolute path, not ${JSON.stringify(file)}`);
  }
  if (file === undefined && typeof handle?.read !== "function") {
    throw new ContractError("HTTP-12", "handle must have a read function");
  }
  for (const [name, value] of [
    ["offset", offset],
    ["length", length],
  ] as const) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new ContractError("HTTP-12", `${name} must be an integer from 0 up`);
    }
  }
  if (more === true) throw new ContractError("HTTP-13", "a file is the whole body; more must not be true");
}

/** Opens what the event names. Rejects with a `ContractError` (HTTP-14) when that fails; nothing was sent then. */
export async function openFileBody(event: HttpFileBody, files: FileOpener | undefined): Promise<FileSource> {
  const offset = event.offset ?? 0;
  if (event.handle !== undefined)
    return new HandleSource(event.handle, undefined, { offset, limit: event.length });
  try {
    const opened = await files!.open(event.file!);
    const available = Math.max(0, opened.size - offset);
    const length = Math.min(available, event.length ?? available);
    return new HandleSource(opened, opened, { offset, limit: length, length });
  } catch (error) {
    throw new ContractError("HTTP-14", `cannot read ${event.file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

interface Range {
  readonly offset: number;
  /** Bytes to read at most. */
  readonly limit: number | undefined;
  /** Bytes there are, when known. */
  readonly length?: number;
}

class HandleSource implements FileSource {
  readonly #handle: FileHandleLike;
  readonly #owned: OpenedFile | undefined;
  #position: number;
  #remaining: number;
  readonly length: number | undefined;

  constructor(handle: FileHandleLike, owned: OpenedFile | undefined, range: Range) {
    this.#handle = handle;
    this.#owned = owned;
    this.#position = range.offset;
    this.#remaining = range.limit ?? Infinity;
    this.length = range.length;
  }

  async read(): Promise<Uint8Array> {
    const size = Math.min(PIECE_BYTES, this.#remaining);
    const piece = allocate(size);
    let filled = 0;
    while (filled < size) {
      const { bytesRead } = await this.#handle.read(piece, filled, size - filled, this.#position + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    this.#position += filled;
    this.#remaining -= filled;
    return filled === size ? piece : piece.subarray(0, filled);
  }

  async close(): Promise<void> {
    await this.#owned?.close();
  }
}
