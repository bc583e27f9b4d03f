/** Finds the place of a syntax error that Node reports without one. */
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
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
    const source = readFileSync(next, "utf8");
    const place = /\.[cm]?js$/.test(next) ? checkFile(next, source) : undefined;
    if (place !== undefined) return place;
    for (const imported of relativeImports(next, source)) {
      if (seen.has(imported)) continue;
      seen.add(imported);
      queue.push(imported);
    }
  }
  return undefined;
}

/** Node's own check takes a file without a package type for CommonJS, so a module is handed over as text. */
function checkFile(file: string, source: string): string | undefined {
  const isModule = file.endsWith(".mjs") || (file.endsWith(".js") && /^\s*(?:import|export)\b/m.test(source));
  const words = isModule ? ["--check", "--input-type=module", "-"] : ["--check", file];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: "utf8", input: source });
  if (status === 0) return undefined;
  return /^.*:\d+\n[^]*?\n\s*\^+/.exec(stderr)?.[0].replace("[stdin]", file);
}

function relativeImports(file: string, source: string): string[] {
  const names = Array.from(source.matchAll(IMPORT), ([, name = ""]) => resolve(dirname(file), name));
  return names.filter((name) => statSync(name, { throwIfNoEntry: false })?.isFile() === true);
}
