/** Why an app file cannot be imported: the place of a syntax error, the missing module, the app's own stack. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { EXIT, LaunchError } from "./exit.ts";
import { findSyntaxError } from "./syntax-error.ts";

/** Frames of the runtime, of the TypeScript loader, and of the launcher itself. */
const FOREIGN = /\(?node:|[/\\]node_modules[/\\]jiti[/\\]|[/\\]bin[/\\]tackup\.mjs/;
const OWN = new URL(".", import.meta.url).href;

/**
 * Describes what an import of `file` threw. The message is one line; `detail` is the source line or the stack.
 *
 * @example
 * describeFailure("/home/me/app.ts", error).message;
 */
export function describeFailure(file: string, error: unknown): LaunchError {
  if (!(error instanceof Error))
    return failure(file, `it threw ${JSON.stringify(error) ?? String(error)}`, error);
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND")
    return failure(file, missingModule(error), error);
  if (isSyntaxError(error)) return syntaxFailure(file, error);
  return failure(file, `it threw ${firstLine(error)}`, error, appStack(error));
}

/**
 * A stack without the frames of the runtime and of the launcher: what is left is the app's.
 *
 * @example
 * appStack(new Error("no database")); // "    at file:///home/me/app.ts:3:9"
 */
export function appStack(error: Error): string {
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const kept = frames.filter((line) => !FOREIGN.test(line) && !line.includes(OWN));
  const cause =
    error.cause instanceof Error ? [`  caused by ${firstLine(error.cause)}`, appStack(error.cause)] : [];
  return [...kept, ...cause].join("\n");
}

function failure(file: string, why: string, cause: unknown, detail = ""): LaunchError {
  return new LaunchError(EXIT.load, `cannot load ${file}: ${why}`, { cause, detail });
}

function firstLine(error: Error): string {
  return `${error.name}: ${stripVTControlCharacters(error.message).split("\n")[0] ?? ""}`;
}

function isSyntaxError(error: Error): boolean {
  return (
    error instanceof SyntaxError || error.name === "SyntaxError" || /^\w*ParseError: /.test(error.message)
  );
}

function syntaxFailure(file: string, error: Error): LaunchError {
  const placed = /^(?:file:\/\/)?\/.*:\d+\n[^]*?\n\s*\^+/.exec(error.stack ?? "")?.[0];
  const place = placed ?? findSyntaxError(file);
  const message = stripVTControlCharacters(error.message)
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
  return failure(
    file,
    `${error instanceof SyntaxError ? "SyntaxError: " : ""}${message}`,
    error,
    place ?? "",
  );
}

/** Node's own sentence, and what to do about it. */
function missingModule(error: Error): string {
  const said = firstLine(error).replace(/^Error: /, "");
  const [, name] = /Cannot find (?:package|module) '((?:@[^/']+\/)?[^./'][^/']*)'/.exec(error.message) ?? [];
  if (name !== undefined) return `${said}; install it with "npm install ${name}"`;
  const { url } = error as { url?: unknown };
  const path = typeof url === "string" && url.startsWith("file:") ? fileURLToPath(url) : "";
  const typed = path.replace(/\.([cm]?)js$/, ".$1ts");
  return typed !== path && existsSync(typed)
    ? `${said}; import "${typed.split("/").at(-1)}" by its real name`
    : said;
}
