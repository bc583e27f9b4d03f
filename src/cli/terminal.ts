/** What the launcher says: lines on standard error, so that standard output stays the app's. */
import type { Logger } from "../pagi/extension.ts";

/** Says one line. */
export function say(text: string): void {
  process.stderr.write(`Tack: ${text}\n`);
}

/** Writes text as it is, with one line break. */
export function write(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The log of the server: one line per entry, with its level; `info` is told in development only. */
export function serverLog(env: string): Logger {
  const hidden: readonly string[] = env === "development" ? ["debug"] : ["debug", "info"];
  return ({ level, message }) => {
    if (!hidden.includes(level)) say(`${level}: ${message}`);
  };
}
