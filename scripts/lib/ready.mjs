/** Brings a fresh clone to the point where it can run: installs and builds what is missing or stale. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Runs a command in the checkout; ends this process with its exit code when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (result.error !== undefined) throw result.error;
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Installs the locked dependencies unless they are there and as new as the lockfile. */
export function ensureInstalled(folder = root) {
  const stamp = join(folder, "node_modules", ".package-lock.json");
  const lock = join(folder, "package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
}

/** Compiles one project unless its output is newer than every source. */
export function ensureBuilt(project, sources, output) {
  const built = existsSync(join(root, output)) ? newest(join(root, output)) : 0;
  if (built > Math.max(...sources.map((source) => newest(join(root, source))))) return;
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", project]);
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
