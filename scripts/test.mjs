/**
 * `npm test`: installs, builds, checks and runs every test. Words after `--` select test files by path:
 * `npm test -- http compose/mount`.
 */
import { readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { ensureBuilt, ensureInstalled, root, run } from "./lib/ready.mjs";

const wanted = process.argv.slice(2);

ensureInstalled();
ensureBuilt("tsconfig.json", ["src", "tsconfig.json", "tsconfig.base.json"], "dist");
rmSync(join(root, "build"), { recursive: true, force: true });
run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "test/tsconfig.json"]);
if (wanted.length === 0) {
  run("npx", ["--no-install", "oxlint", "--deny-warnings", "src", "test", "examples", "scripts", "bench"]);
  run("npx", ["--no-install", "oxfmt", "--check", "."]);
}

const tests = readdirSync(join(root, "build/test"), { recursive: true })
  .map((name) => join("build/test", String(name)))
  .filter((name) => name.endsWith(".test.js"))
  .filter((name) => wanted.length === 0 || wanted.some((word) => relative("build/test", name).includes(word)))
  .sort();
run(process.execPath, ["--enable-source-maps", "--test", "--test-concurrency=2", ...tests]);
