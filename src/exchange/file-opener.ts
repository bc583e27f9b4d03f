/** How an exchange opens the files that apps name. Types only: each runtime brings its own, some bring none. */
import type { FileHandleLike } from "../pagi/event.ts";

/** A regular file, opened for reading. */
export interface OpenedFile extends FileHandleLike {
  /** In bytes, when it was opened. */
  readonly size: number;
  close(): Promise<void>;
}

/** Opens files by absolute path. */
export interface FileOpener {
  isAbsolute(path: string): boolean;
  /** Rejects when there is no such file, or when it is no regular one. */
  open(path: string): Promise<OpenedFile>;
}
