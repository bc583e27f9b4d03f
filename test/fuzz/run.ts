/** The long fuzz run behind `npm run fuzz`: prints progress and a verdict, and saves what went wrong. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { campaign, type CampaignResult, type Failure } from "./campaign.js";
import { allSeeds } from "./inputs.js";

/** The heap may differ by this much between two collections at rest. */
const ALLOWED_GROWTH = 2 << 20;

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
    connections: { type: "string", default: "64" },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const growth = ({ before, after }: CampaignResult): number =>
  after.heapUsed + after.external - before.heapUsed - before.external;

function report(result: CampaignResult): boolean {
  const { runs, seconds, statuses, unanswered, failures, before, after } = result;
  const isFine = failures.length === 0 && growth(result) < ALLOWED_GROWTH;
  const byStatus = [...statuses].sort().map(([status, count]) => `${status}: ${count}`);
  say(`answers by status: ${byStatus.join(", ")}; connections without an answer: ${unanswered}`);
  say(`requests that reached the app: ${after.calls - before.calls}`);
  say(`server heap and external ${mebibytes(before.heapUsed + before.external)} MiB before, `
    + `${mebibytes(after.heapUsed + after.external)} after; `
    + `resident ${mebibytes(before.rss)} before, ${mebibytes(after.rss)} after`); // prettier-ignore
  const verdict = isFine ? "no crash, no hang, no growth" : "FAILED";
  say(`${verdict}: ${runs} runs in ${seconds.toFixed(0)} s, ${Math.round(runs / seconds)} a second`);
  return isFine;
}

function save({ what, bytes }: Failure, index: number): void {
  const folder = join(process.cwd(), "build", "fuzz-failures");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `seed-${values.seed}-${index}.txt`);
  writeFileSync(file, `# ${what.split("\n")[0]}\n\n> ${bytes}\n`);
  say(`failed: ${what.split("\n")[0]}\n  saved as ${file}; move it to test/fuzz/seeds once it is understood`);
}

const runs = Number(values.runs);
say(`${runs} runs with seed ${values.seed}`);
const began = performance.now();
const result = await campaign({
  seeds: allSeeds(),
  runs,
  seed: Number(values.seed),
  connections: Number(values.connections),
  onBatch(done) {
    const seconds = Math.round((performance.now() - began) / 1000);
    if (done % 50_000 === 0) say(`${done} done after ${seconds} s`);
  },
});
result.failures.forEach(save);
if (!report(result)) process.exitCode = 1;
