/** One server process of `--reload`, from its start to its end. */
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { BoundSocket } from "../server/bound-socket.ts";
import { listenUrl } from "../server/listen-url.ts";
import { CLOSED_MESSAGE, READY_MESSAGE, roleEnvironment } from "./child-role.ts";

const ENTRY = fileURLToPath(new URL("../../bin/tackup.mjs", import.meta.url));
const FIRST_DESCRIPTOR = 3;

/** How a child is started. */
export interface ChildOptions {
  /** The words of the command line. */
  readonly words: readonly string[];
  /** The bound sockets it shall listen on. */
  readonly sockets: readonly BoundSocket[];
  /** Called with each file the child loads. */
  readonly onLoad: (file: string) => void;
}

/**
 * A child that serves on inherited descriptors. It never outlives the parent: when the channel between them
 * breaks it stops by itself.
 *
 * @example
 * const child = new ServerChild({ words: ["app.ts"], sockets: [socket], onLoad: () => {} });
 * if (await child.ready) await previous.stop();
 */
export class ServerChild {
  readonly #process: ChildProcess;
  #isStopping = false;
  /** Resolves with true when it accepts connections, with false when it ended before that. */
  readonly ready: Promise<boolean>;
  /** Resolves when it accepts no more. */
  readonly closed: Promise<void>;
  /** Resolves with the exit code, or the name of the signal that killed it. */
  readonly ended: Promise<number | string>;

  constructor({ words, sockets, onLoad }: ChildOptions) {
    const listen = sockets.map(({ target: { tls } }, index) =>
      listenUrl({ kind: "fd", fd: FIRST_DESCRIPTOR + index, ...(tls === undefined ? {} : { tls }) }),
    );
    this.#process = spawn(process.execPath, [...process.execArgv, ENTRY, ...words], {
      env: { ...process.env, ...roleEnvironment({ listen }) },
      stdio: ["inherit", "inherit", "inherit", ...sockets.map(({ fd }) => fd), "ipc"],
    });
    this.ended = new Promise((resolve) => {
      this.#process.once("exit", (code, signal) => resolve(code ?? signal ?? 0));
      this.#process.once("error", () => resolve(1));
    });
    this.#process.on("message", (message) => {
      for (const file of loadedFiles(message)) onLoad(file);
    });
    this.ready = Promise.race([this.#told(READY_MESSAGE).then(() => true), this.ended.then(() => false)]);
    this.closed = Promise.race([this.#told(CLOSED_MESSAGE), this.ended.then(() => undefined)]);
  }

  #told(word: string): Promise<void> {
    return new Promise((resolve) => {
      this.#process.on("message", (message) => {
        if (message === word) resolve();
      });
    });
  }

  /** True once a stop was asked for: its end is then no news. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Asks it to finish what it answers and to leave; resolves when it has gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#process.kill("SIGTERM");
    await this.ended;
  }

  /** Ends it now. */
  kill(): void {
    this.#isStopping = true;
    this.#process.kill("SIGKILL");
  }
}

/** Node tells a parent that asked for it what a child imports and requires. */
function loadedFiles(message: unknown): string[] {
  if (typeof message !== "object" || message === null) return [];
  const report = message as Readonly<Record<string, unknown>>;
  return [report["watch:import"], report["watch:require"]].flatMap((list) => {
    if (!Array.isArray(list)) return [];
    return list
      .filter((name) => typeof name === "string")
      .map(toPath)
      .filter((path) => path !== "");
  });
}

function toPath(name: string): string {
  if (name.startsWith("file:")) return fileURLToPath(name);
  return name.startsWith("/") ? name : "";
}
