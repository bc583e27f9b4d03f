/**
 * `node scripts/matrix.mjs [major ...]`: builds once and runs every test on each major version of Node (22, 24
 * and 26 when none is given), which come from the `node` package of the registry; `npm test` is for this one. A
 * skipped test is a failure, as everywhere in CI. Ends with the counts of all runs together.
 */
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { compile, ensureBuilt, ensureInstalled, root } from "./lib/ready.mjs";
import { installNode, installRuntimes } from "./lib/runtimes.mjs";
import { countNames, printCounts, runTests, testFiles } from "./lib/tests.mjs";

const majors = process.argv.length > 2 ? process.argv.slice(2) : ["22", "24", "26"];

function versionOf(node) {
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim();
}

ensureInstalled();
ensureBuilt();
installRuntimes();
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
