/** Brings a fresh clone to the point where it can run: installs and builds what is missing or stale. */
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
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

/** Runs the command of an installed package. */
export function runTool(name, ...args) {
  run(join(root, "node_modules", ".bin", name), args, { shell: process.platform === "win32" });
}

/** Installs the locked dependencies unless they are there and as new as the lockfile. */
export function ensureInstalled(folder = root) {
  const stamp = join(folder, "node_modules", ".package-lock.json");
  const lock = join(folder, "package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
}

/** Compiles `src` to `dist` unless `dist` is newer and complete. */
export function ensureBuilt() {
  const sources = ["src", "tsconfig.json", "tsconfig.base.json"].map((path) => join(root, path));
  const dist = join(root, "dist");
  const fresh = existsSync(dist) && newest(dist) > Math.max(...sources.map(newest));
  if (fresh && count(join(root, "src"), ".ts") === count(dist, ".d.ts")) return;
  rmSync(dist, { recursive: true, force: true });
  runTool("tsc", "-p", "tsconfig.json");
}

/** Compiles a project into `build`, and puts the sources and files of the examples beside it: the tour shows them. */
export function compile(project) {
  runTool("tsc", "-p", project);
  cpSync(join(root, "examples"), join(root, "build", "examples"), { recursive: true });
}

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function count(folder, ending) {
  return readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending)).length;
}
