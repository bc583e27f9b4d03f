/** Runs a suite on node's own server or on ours, and reads how each of its tests ended. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../ready.mjs";

const replacement = pathToFileURL(join(root, "build", "test", "judges", "replace-http.js")).href;
const deadlineMs = 240_000;

/**
 * @param {import("./suites.mjs").Suite} suite
 * @param {string} folder
 * @param {{ node: string, onTack: boolean }} how
 * @returns {Map<string, boolean>} For each test, whether it passed; what was skipped is not in it.
 */
export function runSuite(suite, folder, { node, onTack }) {
  const env = {
    ...process.env,
    NODE_ENV: "test",
    NODE_OPTIONS: onTack ? `--import ${replacement}` : "",
    PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}`,
  };
  const out = mkdtempSync(join(tmpdir(), "tack-judge-"));
  const file = join(out, "results");
  try {
    const args = suite.runner === "mocha" ? mochaArgs(suite, folder, file) : nodeArgs(suite, folder, file);
    const { stderr } = spawnSync(node, args, { cwd: folder, env, encoding: "utf8", timeout: deadlineMs });
    const text = readResults(file, stderr);
    return suite.runner === "mocha" ? readMocha(text) : readTap(text);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function mochaArgs(suite, folder, file) {
  const mocha = join(folder, "node_modules", "mocha", "bin", "mocha.js");
  return [mocha, "--exit", "--reporter", "json", "--reporter-option", `output=${file}`, ...suite.args];
}

function nodeArgs(suite, folder, file) {
  const files = suite.args.flatMap((name) =>
    readdirSync(join(folder, name), { recursive: true })
      .filter((path) => path.endsWith(".test.js") && suite.without?.test(`/${path}`) !== true)
      .map((path) => join(name, path))
      .sort(),
  );
  return [
    "--test",
    // A test that fails may leave its server behind.
    "--test-force-exit",
    // Most of them wait for something most of the time.
    "--test-concurrency=6",
    "--test-reporter=tap",
    `--test-reporter-destination=${file}`,
    ...files,
  ];
}

function readResults(file, stderr) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new Error(`the suite did not run: ${stderr.trim().split("\n").slice(0, 5).join(" / ")}`);
  }
}

function readMocha(text) {
  const { passes, failures } = JSON.parse(text);
  const results = new Map();
  for (const { fullTitle } of passes) note(results, fullTitle, true);
  for (const { fullTitle } of failures) note(results, fullTitle, false);
  return results;
}

/** Top level only: a test with subtests passes when all of them do. */
function readTap(text) {
  const results = new Map();
  for (const [, not, title, directive] of text.matchAll(/^(not )?ok \d+ - (.*?)( # [A-Z]+.*)?$/gm)) {
    if (directive === undefined) note(results, title, not === undefined);
  }
  return results;
}

/** Titles may come twice. */
function note(results, title, passed) {
  let name = title;
  for (let count = 2; results.has(name); count++) name = `${title} (${count})`;
  results.set(name, passed);
}
