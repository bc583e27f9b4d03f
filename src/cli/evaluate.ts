/** `tackup -e CODE`: an app written on the command line. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EXIT, LaunchError } from "./exit.ts";
import { appStack } from "./load-failure.ts";

type Evaluated = (...helpers: readonly unknown[]) => Promise<unknown>;

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as new (
  ...parts: readonly string[]
) => Evaluated;

/**
 * Runs code and gives its value: of the expression, or what the statements `return`. Helpers are in sight by
 * name, besides `load(name)`, which imports a package or file from `folder`. Throws a {@link LaunchError}.
 *
 * @example
 * const app = await evaluate("fromFetch(() => new Response('hi'))", { fromFetch }, process.cwd());
 */
export async function evaluate(
  code: string,
  helpers: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<unknown> {
  const { resolve } = createRequire(join(folder, "noop.js"));
  const load = async (name: string) => (await import(pathOf(resolve(name)))) as unknown;
  const all = { ...helpers, load };
  const run = compile(code, Object.keys(all));
  try {
    return await run(...Object.values(all));
  } catch (error) {
    const stack = error instanceof Error ? appStack(error) : "";
    throw new LaunchError(EXIT.load, `the code of -e threw ${String(error)}`, {
      cause: error,
      detail: stack,
    });
  }
}

function pathOf(resolved: string): string {
  return resolved.startsWith("/") ? pathToFileURL(resolved).href : resolved;
}

function compile(code: string, names: readonly string[]): Evaluated {
  try {
    return new AsyncFunction(...names, `"use strict"; return (${code}\n);`);
  } catch {
    // Not one expression: it may be statements.
  }
  try {
    return new AsyncFunction(...names, `"use strict"; ${code}\n`);
  } catch (error) {
    throw new LaunchError(EXIT.load, `the code of -e does not parse: ${String(error)}`, { cause: error });
  }
}
