/** `-s NAME`: the handler of that name, one of Tack's, a package, or a file. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../http/errors.ts";
import type { Handler } from "../server/handler.ts";
import { EXIT, LaunchError } from "./exit.ts";
import { loadFile } from "./load-file.ts";

/** Makes a handler from options. */
export type HandlerFactory = (options: object) => Handler;

/**
 * Finds a handler by name: `handler/<name>` of this package, else a file when the name has a slash, else a
 * package of that name seen from `folder`. Its export is named like the file in camel case, or is the default.
 *
 * @example
 * const standalone = await findHandler("standalone", process.cwd());
 */
export async function findHandler(name: string, folder: string): Promise<HandlerFactory> {
  const module = (await importHandler(name, folder)) as Readonly<Record<string, unknown>>;
  const factory = module[exportName(name)] ?? module["default"];
  if (typeof factory === "function") return factory as HandlerFactory;
  const message = `the handler "${name}" exports neither a function ${exportName(name)} nor a default function`;
  throw new LaunchError(EXIT.load, message);
}

/** The last part of the name without its ending, words joined in camel case: `./my-server.ts` is `myServer`. */
function exportName(name: string): string {
  const base = (name.split("/").at(-1) ?? name).replace(/\.[cm]?[jt]s$/, "");
  return base.replaceAll(/[-_.](\w)/g, (_, letter: string) => letter.toUpperCase());
}

async function importHandler(name: string, folder: string): Promise<object> {
  if (/^[./]/.test(name)) return await loadFile(resolve(folder, name));
  const own = new URL(`../handler/${name}.js`, import.meta.url);
  if (/^[a-z0-9-]+$/.test(name) && existsSync(own)) return (await import(own.href)) as object;
  return await importPackage(name, folder);
}

async function importPackage(name: string, folder: string): Promise<object> {
  let path: string;
  try {
    path = createRequire(join(folder, "noop.js")).resolve(name);
  } catch (error) {
    throw new UsageError(
      `no handler "${name}": Tack has none of that name, and no such package is installed`,
      {
        cause: error,
      },
    );
  }
  return (await import(pathToFileURL(path).href)) as object;
}
