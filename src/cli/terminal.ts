/** What the launcher says: lines on standard error, so that standard output stays the app's. */
import type { LogLevel } from "../pagi/extension.ts";

/** Says one line. */
export function say(text: string): void {
  process.stderr.write(`Tack: ${text}\n`);
}

/** Writes text as it is, with one line break. */
export function write(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The log of the server: one line per entry, with its level. */
export function logEntry({ level, message }: { readonly level: LogLevel; readonly message: string }): void {
  if (level !== "debug") process.stderr.write(`Tack: ${level}: ${message}\n`);
}
