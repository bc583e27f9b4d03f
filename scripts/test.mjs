/**
 * `npm test`: installs, builds, checks and runs every test. Words after `--` select test files by path:
 * `npm test -- http compose/mount`. With TACK_TEST_NO_SKIP=1 a skipped test is a failure.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { compile, ensureBuilt, ensureInstalled, root, runTool } from "./lib/ready.mjs";
import { printCounts, runTests, testFiles } from "./lib/tests.mjs";

const words = process.argv.slice(2);

ensureInstalled();
ensureBuilt();
rmSync(join(root, "build"), { recursive: true, force: true });
compile("test/tsconfig.json");
if (words.length === 0) {
  runTool("oxlint", "--deny-warnings", "src", "test", "examples", "scripts", "bench");
  runTool("oxfmt", "--check", ".");
}

const files = testFiles(words);
if (files.length === 0) {
  console.error(`no test file has ${words.join(" or ")} in its path`);
  process.exit(2);
}
const { status, counts, skipped } = runTests(files);
const forbidden = process.env.TACK_TEST_NO_SKIP === "1" ? skipped : [];
for (const title of forbidden) console.error(`skipped, and skipping is forbidden: ${title}`);
printCounts(counts);
process.exitCode = forbidden.length > 0 ? 1 : status;
