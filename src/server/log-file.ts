/** A log file that is written in batches, never blocks a request, and follows a rotation. */
import { open, stat, type FileHandle } from "node:fs/promises";

const CHECK_EVERY_MS = 1000;

/** What a log file may be told. */
export interface LogFileOptions {
  /** Called once for each row of failures, with what went wrong. */
  readonly onError?: (error: Error) => void;
  /**
   * Bytes that may wait for the disk; lines beyond are dropped.
   * @default 16 MiB
   */
  readonly maxQueuedBytes?: number;
  /**
   * Milliseconds of a clock that only goes forward.
   * @default performance.now
   */
  readonly now?: () => number;
}

/**
 * Appends lines to a file. When the file is renamed or removed, the next line goes to a new file of the same
 * name within a second: rotation needs no signal.
 *
 * @example
 * const log = await LogFile.open("/var/log/app.log");
 * log.write("GET / 200");
 * await log.close();
 */
export class LogFile {
  readonly #path: string;
  readonly #onError: (error: Error) => void;
  readonly #maxQueued: number;
  #handle: FileHandle;
  #queue: string[] = [];
  #queued = 0;
  #flushing: Promise<void> | undefined;
  readonly #now: () => number;
  #checkedAt: number;
  #isFailing = false;

  private constructor(path: string, handle: FileHandle, options: LogFileOptions) {
    this.#path = path;
    this.#handle = handle;
    this.#onError = options.onError ?? (() => {});
    this.#now = options.now ?? (() => performance.now());
    this.#checkedAt = this.#now();
    this.#maxQueued = options.maxQueuedBytes ?? 16 * 1024 * 1024;
  }

  /** Opens or creates the file. Rejects with the system's error when that is not possible. */
  static async open(path: string, options: LogFileOptions = {}): Promise<LogFile> {
    return new LogFile(path, await open(path, "a"), options);
  }

  /** Queues one line. Never throws and never waits. */
  write(line: string): void {
    if (this.#queued + line.length > this.#maxQueued)
      return this.#failed(new Error("the log is too slow; lines are lost"));
    this.#queue.push(`${line}\n`);
    this.#queued += line.length + 1;
    this.#flushing ??= this.#flush();
  }

  /** Resolves when what was queued so far has been written. */
  async flushed(): Promise<void> {
    await this.#flushing;
  }

  /** Writes what is queued and closes the file. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    // Lines of one turn of the event loop leave together.
    await new Promise(setImmediate);
    while (this.#queue.length > 0) {
      const batch = this.#queue.join("");
      const size = this.#queued;
      this.#queue = [];
      try {
        await this.#follow();
        await this.#handle.appendFile(batch);
        this.#isFailing = false;
      } catch (error) {
        this.#failed(error as Error);
      }
      this.#queued -= size;
    }
    this.#flushing = undefined;
  }

  /** Opens the path anew when it no longer names the open file. */
  async #follow(): Promise<void> {
    if (this.#now() - this.#checkedAt < CHECK_EVERY_MS) return;
    this.#checkedAt = this.#now();
    const named = await stat(this.#path).catch(() => undefined);
    const mine = await this.#handle.stat();
    if (named?.ino === mine.ino && named.dev === mine.dev) return;
    const fresh = await open(this.#path, "a");
    await this.#handle.close();
    this.#handle = fresh;
  }

  #failed(error: Error): void {
    if (!this.#isFailing) this.#onError(error);
    this.#isFailing = true;
  }
}
