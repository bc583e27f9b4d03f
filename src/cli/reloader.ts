/** `--reload`: owns the sockets, runs the app in a child, and swaps the child when files change. */
import { dirname, relative } from "node:path";
import type { BoundSocket } from "../server/bound-socket.ts";
import { ServerChild } from "./server-child.ts";
import { EXIT } from "./exit.ts";
import { say } from "./terminal.ts";
import { Watcher } from "./watcher.ts";

/** What a reloader needs to know. */
export interface ReloaderOptions {
  /** The words of the command line, handed to each child. */
  readonly words: readonly string[];
  readonly sockets: readonly BoundSocket[];
  /** The folder of the app. */
  readonly folder: string;
  /** Files and folders to watch besides. */
  readonly watch: readonly string[];
  readonly delayMs: number;
  /** Called when the first child accepts connections. */
  readonly onReady: () => void;
}

/** A broken app can be mended; these cannot be, without another command line. */
const HOPELESS: readonly unknown[] = [EXIT.usage, EXIT.listen];

/**
 * Starts the new child first and stops the old one when the new one is ready, so that no request is lost; a
 * new one that fails changes nothing. The parent itself never runs code of the app.
 *
 * @example
 * const reloader = new Reloader(options);
 * process.exitCode = await reloader.ended;
 */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #watcher: Watcher;
  readonly #children = new Set<ServerChild>();
  #current: ServerChild | undefined;
  #isReloading = false;
  #isAgain = false;
  #isStopping = false;
  #wasReady = false;
  #end: (code: number) => void = () => {};
  /** Resolves with the exit code when everything is over. */
  readonly ended: Promise<number>;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#watcher = new Watcher({
      delayMs: options.delayMs,
      onChange: (files) => this.#changed(files),
      onError: (folder, { message }) => say(`changes in ${folder} are not seen: ${message}`),
    });
    this.#watcher.addTree(options.folder);
    for (const path of options.watch) this.#watcher.addPath(path);
    void this.#reload();
  }

  /** Stops watching, lets the children finish, and ends with this code. */
  async stop(code: number = EXIT.ok): Promise<void> {
    this.#isStopping = true;
    this.#watcher.close();
    await Promise.all(Array.from(this.#children, (child) => child.stop()));
    this.#end(code);
  }

  /** Ends the children now. */
  kill(): void {
    for (const child of this.#children) child.kill();
  }

  #changed(files: readonly string[]): void {
    const names = files.map((file) => relative(process.cwd(), file));
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    say(`${names.slice(0, 3).join(", ")}${more} changed; reloading`);
    if (this.#isReloading) this.#isAgain = true;
    else void this.#reload();
  }

  /** One swap at a time; changes during one lead to one more. */
  async #reload(): Promise<void> {
    this.#isReloading = true;
    do {
      this.#isAgain = false;
      await this.#swap();
    } while (this.#isAgain && !this.#isStopping);
    this.#isReloading = false;
  }

  async #swap(): Promise<void> {
    const startedAt = performance.now();
    const previous = this.#current;
    const next = this.#start();
    const isReady = await next.ready;
    if (this.#isStopping) return;
    if (!isReady) return this.#failed(await next.ended, previous);
    this.#current = next;
    if (previous !== undefined) void previous.stop();
    // Only then a new connection is sure to meet the new version.
    await previous?.closed;
    if (this.#wasReady) return say(`reloaded in ${Math.round(performance.now() - startedAt)} ms`);
    this.#wasReady = true;
    this.#options.onReady();
  }

  #start(): ServerChild {
    const { words, sockets } = this.#options;
    const child = new ServerChild({ words, sockets, onLoad: (file) => this.#watchLoaded(file) });
    this.#children.add(child);
    void child.ended.then((code) => {
      this.#children.delete(child);
      if (this.#current === child) this.#current = undefined;
      if (child.isStopping || this.#isStopping || this.#isReloading) return;
      say(`the app ended (${shown(code)}); connections wait for the next change`);
    });
    return child;
  }

  #failed(code: number | string, previous: ServerChild | undefined): void {
    if (previous !== undefined)
      return say(`the new version failed (${shown(code)}); the previous one goes on`);
    if (HOPELESS.includes(code)) return void this.stop(Number(code));
    say(`the app failed (${shown(code)}); waiting for a change`);
  }

  #watchLoaded(file: string): void {
    if (file.includes("/node_modules/") || dirname(file).startsWith(this.#options.folder)) return;
    this.#watcher.addFile(file);
  }
}

function shown(code: number | string): string {
  return typeof code === "number" ? `exit code ${code}` : code;
}
