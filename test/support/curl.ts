/** Runs the real curl. */
import { spawn, spawnSync } from "node:child_process";

/** For the option of the same name of `test`. */
export const skip = spawnSync("curl", ["--version"]).status === 0 ? false : "needs curl";

/** What curl left behind. */
export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs curl; `input` goes to its standard input. */
export async function curl(words: readonly string[], input = ""): Promise<Said> {
  const child = spawn("curl", ["--silent", "--show-error", "--max-time", "10", "--noproxy", "*", ...words]);
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, out, err };
}
