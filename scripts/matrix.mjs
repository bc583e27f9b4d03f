/**
 * `node scripts/matrix.mjs [major ...]`: builds once and runs every test on each major version of Node (22, 24
 * and 26 when none is given), which come from the `node` package of the registry; `npm test` is for this one. A
 * skipped test is a failure, as everywhere in CI. Ends with the counts of all runs together.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compile, ensureBuilt, ensureInstalled, root, run } from "./lib/ready.mjs";
import { countNames, printCounts, runTests, testFiles } from "./lib/tests.mjs";

const majors = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24", "26"];
const cache = join(tmpdir(), "tack-nodes");

/** The path of one Node, installed once and kept. */
function installNode(major) {
  const folder = join(cache, major);
  const node = join(folder, "node_modules", "node", "bin", "node");
  if (existsSync(node)) return node;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  run("npm", ["install", "--no-audit", "--no-fund", `node@${major}`], { cwd: folder });
  return node;
}

function versionOf(node) {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
}

ensureInstalled();
ensureBuilt();
rmSync(join(root, "build"), { recursive: true, force: true });
compile("test/tsconfig.json");

const files = testFiles([]);
const total = Object.fromEntries(countNames.map((name) => [name, 0]));
const report = [];
let failed = false;
for (const node of majors.map(installNode)) {
  const version = versionOf(node);
  console.log(`\n== Node ${version}`);
  const { status, counts, skipped } = runTests(files, node);
  for (const title of skipped) console.error(`skipped, and skipping is forbidden: ${title}`);
  for (const name of countNames) total[name] += counts[name];
  failed ||= status !== 0 || skipped.length > 0;
  report.push(
    `Node ${version}: ${counts.pass} of ${counts.tests} pass, ${counts.skipped} skipped, exit ${status}`,
  );
}
console.log(`\n${report.join("\n")}`);
printCounts(total);
process.exitCode = failed ? 1 : 0;
