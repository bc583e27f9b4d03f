/**
 * `npm run judge [-- name ...] [--node 24]`: runs the test suites of Express, Connect, Fastify and others twice, on
 * `node:http` and with `http.createServer` replaced by Tack hosting the same listener, and compares how each test
 * ends. Fails for a difference that `scripts/lib/judge/suites.mjs` does not explain; a suite that cannot be had here is
 * left out, and it says so.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { getSuite } from "./lib/judge/get.mjs";
import { runSuite } from "./lib/judge/run.mjs";
import { suites } from "./lib/judge/suites.mjs";
import { compile, ensureBuilt, ensureInstalled, root } from "./lib/ready.mjs";
import { installNode } from "./lib/runtimes.mjs";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { node: { type: "string" } } });

function chosen() {
  const unknown = positionals.find((name) => !suites.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    console.error(`no suite "${unknown}"; there are: ${suites.map(({ name }) => name).join(", ")}`);
    process.exit(2);
  }
  return positionals.length === 0 ? suites : suites.filter(({ name }) => positionals.includes(name));
}

const passed = (results) => [...results.values()].filter(Boolean).length;

const explains = (suite, title) => suite.differs.find(({ test }) => test.test(title))?.why;

/** What passed in one of two runs. */
const both = (first, second) =>
  new Map([...first].map(([title, isGood]) => [title, isGood || second.get(title)]));

/** Prints one line, and one for each difference; gives the number of those without a reason. */
function compare(suite, plain, tack) {
  console.log(
    `${suite.framework.padEnd(16)} node:http ${passed(plain)}/${plain.size}   Tack ${passed(tack)}/${tack.size}`,
  );
  let unexplained = 0;
  for (const [title, isGood] of plain) {
    if (tack.get(title) === isGood) continue;
    const why = explains(suite, title);
    if (why === undefined) unexplained++;
    console.log(
      `  ${why === undefined ? "DIFFERS" : "differs"}: ${title}${why === undefined ? "" : `: ${why}`}`,
    );
  }
  return unexplained;
}

/** Gives the number of unexplained differences (a suite that does not run is one), `undefined` when the suite is not to be had. */
function judge(suite, node) {
  let folder;
  try {
    folder = getSuite(suite);
  } catch (error) {
    console.log(`${suite.framework.padEnd(16)} left out: ${error.message}`);
    return undefined;
  }
  try {
    const plain = runSuite(suite, folder, { node, onTack: false });
    const tack = runSuite(suite, folder, { node, onTack: true });
    // Some of these tests race with the clock: what passes at a second try is no difference.
    const isSure = [...plain].every(
      ([title, isGood]) => !isGood || tack.get(title) === true || explains(suite, title),
    );
    return compare(suite, plain, isSure ? tack : both(tack, runSuite(suite, folder, { node, onTack: true })));
  } catch (error) {
    console.log(`${suite.framework.padEnd(16)} FAILED: ${error.message}`);
    return 1;
  }
}

ensureInstalled();
ensureBuilt();
rmSync(join(root, "build"), { recursive: true, force: true });
compile("test/tsconfig.json");
const node = values.node === undefined ? process.execPath : installNode(values.node);
const verdicts = chosen().map((suite) => judge(suite, node));
const judged = verdicts.filter((verdict) => verdict !== undefined);
const unexplained = judged.reduce((sum, count) => sum + count, 0);
console.log(`${judged.length} of ${verdicts.length} suites ran, ${unexplained} unexplained differences`);
process.exitCode = unexplained > 0 ? 1 : 0;
