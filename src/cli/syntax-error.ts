/** Finds the place of a syntax error that Node reports without one. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

const IMPORT = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;
const MOST_FILES = 50;

/**
 * The place and source line of the first syntax error in `file` or the files it imports by relative names,
 * each of which is compiled and not run; `undefined` when all compile.
 *
 * @example
 * findSyntaxError("/home/me/app.js"); // "/home/me/app.js:3\nconst x = ;\n          ^"
 */
export function findSyntaxError(file: string): string | undefined {
  const queue = [file];
  const seen = new Set(queue);
  for (let next = queue.shift(); next !== undefined && seen.size <= MOST_FILES; next = queue.shift()) {
    const place = /\.[cm]?js$/.test(next) ? checkFile(next) : undefined;
    if (place !== undefined) return place;
    for (const imported of relativeImports(next)) {
      if (seen.has(imported)) continue;
      seen.add(imported);
      queue.push(imported);
    }
  }
  return undefined;
}

function checkFile(file: string): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, ["--check", file], { encoding: "utf8" });
  if (status === 0) return undefined;
  return /^.*:\d+\n[^]*?\n\s*\^+/.exec(stderr)?.[0];
}

function relativeImports(file: string): string[] {
  const source = readFileSync(file, "utf8");
  return Array.from(source.matchAll(IMPORT), ([, name = ""]) => resolve(dirname(file), name)).filter(
    existsSync,
  );
}
