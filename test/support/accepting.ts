/** Starts a command that serves, and waits until it accepts connections. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { TestContext } from "node:test";

/** Where and with what a command runs. */
export interface CommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The URL, without a slash at its end, at which `command` accepts connections. It is ended after the test, with all it has started. Rejects with
 * what the command said when it ends before that.
 */
export async function accepting(
  t: TestContext,
  command: readonly [string, ...string[]],
  options: CommandOptions,
): Promise<string> {
  const [name, ...words] = command;
  // A group of its own, so that a command and what it has started end together.
  const started = spawn(name, words, { ...options, stdio: ["ignore", "ignore", "pipe"], detached: true });
  const ended = once(started, "close");
  t.after(async () => {
    if (started.exitCode === null && started.pid !== undefined) process.kill(-started.pid, "SIGTERM");
    await ended;
  });
  let said = "";
  const url = await new Promise<string>((resolve, reject) => {
    started.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [, found] = /accepting connections at (\S+?)\/?\s/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    started.on("error", reject);
    started.on("close", () => reject(new Error(`${command.join(" ")} ended: ${said}`)));
  });
  return url;
}
