/**
 * Hello over TLS against `node:https`, round by round: on kept connections, and with a handshake for each request.
 * `node bench/tls.mjs [--rounds 3] [--seconds 3] [--cores 0,1]`; runs on the Node it is started with.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { selfSignedFile } from "../dist/server/tls/self-signed.js";
import { benchFolder, serverFolder } from "./lib/paths.mjs";
import { pairedRatio, spread } from "./lib/statistics.mjs";
import { load, requireTools } from "./lib/wrk.mjs";

const workloads = [
  { name: "tls-hello", path: "/", script: "plain", scheme: "https" },
  { name: "tls-close", path: "/", script: "close", scheme: "https" },
];

/** Starts one of the servers, and resolves when it listens. */
async function start(name, port, { certificate, core }) {
  const env = {
    ...process.env,
    NODE_ENV: "production",
    BENCH_PORT: String(port),
    BENCH_CERTIFICATE: certificate,
  };
  const script = join(serverFolder, "tls", `${name}.mjs`);
  const stdio = ["ignore", "ignore", "inherit", "ipc"];
  const child = spawn("taskset", ["-c", core, process.execPath, script], { cwd: benchFolder, env, stdio });
  const died = once(child, "exit").then(() => Promise.reject(new Error(`${name} ended before it listened`)));
  await Promise.race([once(child, "message"), died]);
  died.catch(() => {});
  return { pid: child.pid, port, stop: () => child.kill("SIGKILL"), rounds: [] };
}

/** Both servers take turns; round 0 warms up. */
async function measure(workload, setting) {
  const servers = [await start("node-https", 28_443, setting), await start("tack-tls", 28_444, setting)];
  const [, loadCore = setting.core] = setting.cores;
  for (let round = 0; round <= setting.rounds; round++) {
    for (const server of servers) {
      const result = await load(workload, server, { seconds: setting.seconds, core: loadCore });
      if (round > 0) server.rounds.push(result);
    }
  }
  for (const { stop } of servers) stop();
  return servers.map(({ rounds }) => rounds);
}

const column = (rounds, key) => rounds.map((round) => round[key]);
const shown = ({ median, min, max }, digits) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;

async function main() {
  requireTools();
  const options = { rounds: { type: "string" }, seconds: { type: "string" }, cores: { type: "string" } };
  const { rounds = "3", seconds = "3", cores = "0,1" } = parseArgs({ options }).values;
  const folder = mkdtempSync(join(tmpdir(), "tack-bench-"));
  const list = cores.split(",");
  const setting = { rounds: Number(rounds), seconds: Number(seconds), cores: list, core: list[0] };
  try {
    for (const workload of workloads) {
      const [base, ours] = await measure(workload, { ...setting, certificate: selfSignedFile(folder) });
      const ratio = pairedRatio(column(ours, "requestsPerSecond"), column(base, "requestsPerSecond"));
      const cost = pairedRatio(
        column(base, "serverMicrosecondsPerRequest"),
        column(ours, "serverMicrosecondsPerRequest"),
      );
      const rates = [base, ours].map((each) => shown(spread(column(each, "requestsPerSecond")), 0));
      const errors = column(ours, "errors").reduce((sum, count) => sum + count, 0);
      console.log(
        `${workload.name}: ${shown(ratio, 2)} times node:https; CPU ${shown(cost, 2)}; errors ${errors}`,
      );
      console.log(`  node:https ${rates[0]}/s, tack ${rates[1]}/s`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

await main();
