/** Runs the real `bin/tackup.mjs` in folders that are made for a test and removed after it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { TestContext } from "node:test";

const BIN = resolve("bin/tackup.mjs");

/** An app that says its word; `reply` answers any scope but lifespan. */
export function appSaying(word: string): string {
  return `export default async function app(scope, receive, send) {
    if (scope.type !== "http") throw new Error("only http");
    await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
    await send({ type: "http.response.body", body: ${JSON.stringify(word)} });
  }\n`;
}

/** A folder with these files. */
export function folderOf(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "tackup-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export interface RunOptions {
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Descriptors from 3 on. */
  readonly descriptors?: readonly number[];
}

/** A launcher that runs, and all it has said. */
export class Launched {
  readonly process: ChildProcess;
  stderr = "";
  stdout = "";
  readonly #exit: Promise<number | string>;
  #told: () => void = () => {};

  constructor(words: readonly string[], { folder, environment = {}, descriptors = [] }: RunOptions) {
    const clean = Object.entries(process.env).filter(([name]) => !/^(?:TACK_.*|PORT|NODE_ENV)$/.test(name));
    this.process = spawn(process.execPath, ["--no-warnings", BIN, ...words], {
      cwd: folder,
      env: { ...Object.fromEntries(clean), ...environment },
      stdio: ["ignore", "pipe", "pipe", ...descriptors],
    });
    this.process.stderr!.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
      this.#told();
    });
    this.process.stdout!.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#exit = once(this.process, "close").then(([code, signal]) => (code ?? signal) as number | string);
    void this.#exit.then(() => this.#told());
  }

  /** Resolves when standard error matches, with the match; rejects when the launcher ends without that. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.stderr);
      if (match !== null) return match;
      if (this.process.exitCode !== null) throw new Error(`it ended without ${pattern}:\n${this.stderr}`);
      await new Promise<void>((resolve) => (this.#told = resolve));
    }
  }

  /** The exit code, or the name of the signal. */
  ended(): Promise<number | string> {
    return this.#exit;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | string> {
    this.process.kill(signal);
    return await this.#exit;
  }
}

/** Runs to the end. */
export async function run(words: readonly string[], options: RunOptions) {
  const launched = new Launched(words, options);
  const code = await launched.ended();
  return { code, stderr: launched.stderr.replaceAll(options.folder, "."), stdout: launched.stdout };
}

/** Runs until it accepts connections; killed after the test. */
export async function start(t: TestContext, words: readonly string[], options: RunOptions) {
  const launched = new Launched(words, options);
  t.after(async () => {
    launched.process.kill("SIGKILL");
    await launched.ended();
  });
  const [, url = ""] = await launched.says(/accepting connections at (\S+)/);
  return { launched, url };
}
