/** Imports an app file, TypeScript included, and says what is wrong with one that cannot be imported. */
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { EXIT, LaunchError } from "./exit.ts";
import { describeFailure } from "./load-failure.ts";

/** Looked for in this order when no app is named. */
export const DEFAULT_FILES: readonly string[] = ["app.ts", "app.mts", "app.js", "app.mjs"];

/** What Node says when a file needs more than stripping types: an optional loader is tried then. */
const NEEDS_LOADER = new Set([
  "ERR_UNKNOWN_FILE_EXTENSION",
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
]);

/** The one function of jiti that is used. */
interface LoaderModule {
  createJiti(base: string): { import(file: string): Promise<object> };
}

/**
 * The absolute path of the app: the named file, or the first default that exists. Throws a
 * {@link LaunchError} when there is none.
 *
 * @example
 * findAppFile(undefined, process.cwd()); // "/home/me/site/app.ts"
 */
export function findAppFile(name: string | undefined, folder: string): string {
  if (name !== undefined) return checked(resolve(folder, name), name);
  const found = DEFAULT_FILES.find((file) => isFile(resolve(folder, file)));
  if (found !== undefined) return resolve(folder, found);
  const names = DEFAULT_FILES.join(", ");
  throw new LaunchError(EXIT.load, `no app named, and none of ${names} is in ${folder}; see tackup --help`);
}

/**
 * Imports a file and gives its exports. Throws a {@link LaunchError} with the place of the mistake.
 *
 * @example
 * const exports = await loadFile("/home/me/site/app.ts");
 */
export async function loadFile(file: string): Promise<object> {
  try {
    return await importFile(file);
  } catch (error) {
    if (error instanceof LaunchError) throw error;
    throw describeFailure(file, error);
  }
}

async function importFile(file: string): Promise<object> {
  try {
    return (await import(pathToFileURL(file).href)) as object;
  } catch (error) {
    if (!needsLoader(file, error)) throw error;
    return await importWithLoader(file, error as Error);
  }
}

/** True for failures in which no line of the app has run, so that it can be loaded another way. */
function needsLoader(file: string, error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (NEEDS_LOADER.has((error as NodeJS.ErrnoException).code ?? "")) return true;
  return isModuleInCommonPackage(file, error) || hasMoreThanTypes(file, error);
}

/** Node removes types and leaves the rest: what it cannot compile then may be a decorator, as Nest has them. */
function hasMoreThanTypes(file: string, error: Error): boolean {
  if (!/\.m?ts$/.test(file) || !(error instanceof SyntaxError)) return false;
  return /unexpected token/i.test(error.message) && /compileSourceTextModule/.test(error.stack ?? "");
}

/** `npm init` writes "type": "commonjs", and Node then takes an app file with `import` and `export` at its word. */
function isModuleInCommonPackage(file: string, error: Error): boolean {
  if (!(error instanceof SyntaxError) || !(error.stack ?? "").startsWith(`${file}:`)) return false;
  return /outside a module|Unexpected token 'export'/.test(error.message);
}

async function importWithLoader(file: string, reason: Error): Promise<object> {
  const path = resolveLoader(file);
  if (path === undefined) throw loaderMissing(file, reason);
  const { createJiti } = (await import(pathToFileURL(path).href)) as LoaderModule;
  return asModule(await createJiti(pathToFileURL(file).href).import(file));
}

/**
 * The exports as the runtime itself would give them. The loader gives a module the members of its default export as
 * well, `then` among them: of a file that exports a Fastify instance, which has one, only the instance arrives.
 */
function asModule(exports: object): object {
  if (Object.prototype.toString.call(exports) === "[object Module]") return exports;
  const members = "default" in exports || "__esModule" in exports ? exports : { default: exports };
  return Object.assign(Object.create(null) as object, members, { [Symbol.toStringTag]: "Module" });
}

/** The app's own jiti, else the one installed beside Tack. */
function resolveLoader(file: string): string | undefined {
  for (const base of [pathToFileURL(file).href, import.meta.url]) {
    try {
      return createRequire(base).resolve("jiti");
    } catch {
      // Not there: the next place is asked.
    }
  }
  return undefined;
}

function loaderMissing(file: string, reason: Error): LaunchError {
  if (isModuleInCommonPackage(file, reason)) {
    const message = `cannot load ${file}: it is a module in a CommonJS package; write "type": "module" into package.json`;
    return new LaunchError(EXIT.load, message, { cause: reason });
  }
  const native = Boolean((process.features as { typescript?: unknown }).typescript);
  const hint = hasMoreThanTypes(file, reason) ? " (Node removes types alone; decorators need a loader)" : "";
  const why = native
    ? `${stripVTControlCharacters(reason.message.split("\n")[0] ?? "")}${hint}`
    : `Node ${process.versions.node} does not read TypeScript by itself`;
  const other = native ? "" : ", or use Node 22.18 or newer";
  return new LaunchError(
    EXIT.load,
    `cannot load ${file}: ${why}. Install the loader with "npm install jiti" in the app's folder${other}.`,
    { cause: reason },
  );
}

function checked(path: string, name: string): string {
  if (isFile(path)) return path;
  const folder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  if (folder) throw new LaunchError(EXIT.load, `the app "${name}" is a folder, not a file`);
  const near = [".ts", ".mts", ".js", ".mjs"].find((ending) => isFile(withEnding(path, ending)));
  const hint = near === undefined ? "" : `; did you mean ${withEnding(name, near)}?`;
  throw new LaunchError(EXIT.load, `no such app file: ${path}${hint}`);
}

function withEnding(path: string, ending: string): string {
  return `${path.slice(0, path.length - extname(path).length)}${ending}`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
