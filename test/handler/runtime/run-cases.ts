/**
 * `bun run-cases.js bun`, `deno run -A run-cases.js deno`: runs the conformance suite inside of that runtime, against
 * its handler, and prints a line of JSON for each case: its id, and what went wrong.
 */
import { bun } from "#src/handler/bun.js";
import { deno } from "#src/handler/deno.js";
import { serverSuite } from "#src/testing/server-suite.js";
import type { StartServer, SuiteCase } from "#src/testing/suite-case.js";
import { runtimeOptions } from "./declared.js";

const name = process.argv[2] as "bun" | "deno";
const handler = { bun, deno }[name];
const start: StartServer = (app) => handler({ listen: ["http://127.0.0.1:0"], graceMs: 2000 }).run(app);

async function run({ id, run: runCase }: SuiteCase): Promise<void> {
  let error: string | undefined;
  try {
    await runCase();
  } catch (cause) {
    error = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  }
  process.stdout.write(`${JSON.stringify({ id, error })}\n`);
}

const cases = serverSuite(start, runtimeOptions[name]);
// Cases that must fail mostly wait. The others run one by one: under Bun a client that leaves while others of the
// same process are busy is not always noticed.
const waiting = cases.filter(({ lacking }) => lacking !== undefined).map(run);
for (const suiteCase of cases) if (suiteCase.lacking === undefined) await run(suiteCase);
await Promise.all(waiting);
process.exit(0);
