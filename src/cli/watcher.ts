/** Watches folders for changes of source files, and tells about a burst of them once. */
import { readdirSync, statSync, watch, type Dirent, type FSWatcher } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

const SOURCE = /\.(?:[cm]?[jt]s|[jt]sx|json|wasm|node|env)$/;

/** Leftovers of editors: backups, swap files, lock links, probes for a writable folder. */
const SCRAP = /^(?:\.#.*|.*~|.*\.(?:bak|tmp|sw[a-z]+)|#.*#|4913)$/;

/** How a watcher behaves. */
export interface WatcherOptions {
  /** Files must be quiet for this long. */
  readonly delayMs: number;
  /** Called with the files that changed. */
  readonly onChange: (files: readonly string[]) => void;
  /** Called with a folder that cannot be watched or read, and why. */
  readonly onError?: (folder: string, error: Error) => void;
}

/**
 * One system watch per folder, so that `node_modules` and dot folders cost nothing; new folders are found.
 *
 * @example
 * const watcher = new Watcher({ delayMs: 100, onChange: (files) => reload(files) });
 * watcher.addTree("/home/me/site");
 * watcher.close();
 */
export class Watcher {
  readonly #options: WatcherOptions;
  readonly #folders = new Map<string, FSWatcher>();
  /** Folders in which every file counts, and not source files only. */
  readonly #whole = new Set<string>();
  readonly #trees = new Set<string>();
  readonly #files = new Set<string>();
  #changed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(options: WatcherOptions) {
    this.#options = options;
  }

  /** Watches the source files of a folder and the folders in it; every file of it when `whole` is set. */
  addTree(folder: string, { whole = false }: { readonly whole?: boolean } = {}): void {
    const path = resolve(folder);
    this.#trees.add(path);
    if (whole) this.#whole.add(path);
    this.#watchFolder(path);
    for (const { name } of this.#entries(path).filter(isWatchedFolder)) {
      this.addTree(join(path, name), { whole });
    }
  }

  /** Watches one file, through its folder: editors replace files instead of writing them. */
  addFile(file: string): void {
    const path = resolve(file);
    this.#files.add(path);
    this.#watchFolder(dirname(path));
  }

  /** Watches a file, or a folder with everything in it. Throws the system's error when there is none. */
  addPath(path: string): void {
    if (statSync(path).isDirectory()) this.addTree(path, { whole: true });
    else this.addFile(path);
  }

  /** Stops watching; nothing is told any more. */
  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#folders.values()) watcher.close();
    this.#folders.clear();
  }

  #watchFolder(path: string): void {
    if (this.#folders.has(path)) return;
    try {
      const watcher = watch(path, (_event, name) => this.#touched(path, name));
      // A folder that vanishes ends its own watch.
      watcher.on("error", () => this.#forget(path));
      this.#folders.set(path, watcher);
    } catch (error) {
      this.#options.onError?.(path, error as Error);
    }
  }

  #entries(folder: string): Dirent[] {
    try {
      return readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.#options.onError?.(folder, error as Error);
      return [];
    }
  }

  #forget(path: string): void {
    this.#folders.get(path)?.close();
    this.#folders.delete(path);
  }

  #touched(folder: string, name: string | null): void {
    if (name === null) return;
    const path = join(folder, name);
    if (this.#isNewFolder(folder, path)) return this.#discover(path, this.#whole.has(folder));
    if (!this.#counts(folder, path)) return;
    this.#changed.add(path);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(), this.#options.delayMs);
  }

  #isNewFolder(parent: string, path: string): boolean {
    if (!this.#trees.has(parent) || isIgnored(basename(path))) return false;
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
    if (!isFolder) this.#forget(path);
    return isFolder && !this.#folders.has(path);
  }

  /** What was put into a new folder before it was watched has changed, too. */
  #discover(folder: string, whole: boolean): void {
    this.#trees.add(folder);
    if (whole) this.#whole.add(folder);
    this.#watchFolder(folder);
    for (const { name } of this.#entries(folder)) this.#touched(folder, name);
  }

  #counts(folder: string, path: string): boolean {
    if (this.#files.has(path)) return true;
    if (!this.#trees.has(folder) || SCRAP.test(basename(path))) return false;
    return this.#whole.has(folder) || SOURCE.test(path);
  }

  #tell(): void {
    const files = [...this.#changed];
    this.#changed = new Set();
    this.#options.onChange(files);
  }
}

function isWatchedFolder(entry: Dirent): boolean {
  return entry.isDirectory() && !isIgnored(entry.name);
}

function isIgnored(name: string): boolean {
  return name === "node_modules" || name.startsWith(".");
}
