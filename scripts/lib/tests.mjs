/** Runs compiled test files under one Node and reads the runner's closing counts. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, delimiter, sep } from "node:path";
import { root } from "./ready.mjs";

/** A test that takes longer hangs: it fails, and the others go on. */
const testTimeoutMs = 180_000;

/** The lines node:test ends with, in its order. */
export const countNames = ["tests", "suites", "pass", "fail", "cancelled", "skipped", "todo"];

/** Compiled test files whose path contains one of the words; all without words. */
export function testFiles(words) {
  return readdirSync(join(root, "build", "test"), { recursive: true })
    .filter((name) => name.endsWith(".test.js"))
    .filter((name) => words.length === 0 || words.some((word) => name.split(sep).join("/").includes(word)))
    .map((name) => join("build", "test", name))
    .sort();
}

/**
 * Runs the files; shows them as they go. `counts` are the runner's own, `skipped` the titles of what was skipped,
 * `status` the exit code. The Node under test comes first in PATH, so commands the tests start use it too.
 */
export function runTests(files, node = process.execPath) {
  const tap = join(root, "build", `tests-${process.pid}.tap`);
  const reporters = [
    ["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ["--test-reporter=tap", `--test-reporter-destination=${tap}`],
  ];
  const limits = ["--test-concurrency=2", `--test-timeout=${testTimeoutMs}`];
  const args = ["--enable-source-maps", "--test", ...limits, ...reporters.flat(), ...files];
  const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` };
  const { status } = spawnSync(node, args, { cwd: root, stdio: "inherit", env });
  return { status: status ?? 1, ...readTap(readFileSync(tap, "utf8")) };
}

/** The closing counts as node:test prints them. */
export function printCounts(counts) {
  for (const name of countNames) console.log(`# ${name} ${counts[name]}`);
}

function readTap(text) {
  const last = (name) => Number(text.match(new RegExp(`^# ${name} (\\d+)$`, "m"))?.[1] ?? 0);
  const skipped = [...text.matchAll(/^\s*ok \d+ - (.*) # SKIP ?(.*)$/gm)].map(
    (match) => `${match[1]} (${match[2]})`,
  );
  return { counts: Object.fromEntries(countNames.map((name) => [name, last(name)])), skipped };
}
