/**
 * Hello over HTTP/2 (h2c) against `node:http2`, round by round, under h2load.
 * `node bench/http2.mjs [--rounds 5] [--seconds 2] [--cores 0,1]`; runs on the Node it is started with.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { benchFolder, serverFolder } from "./lib/paths.mjs";
import { cpuSeconds } from "./lib/proc.mjs";
import { pairedRatio, spread } from "./lib/statistics.mjs";

/** The first one is what the others are compared with. */
const names = ["node-compat", "node-stream", "tack-http2"];
const connections = 8;
const streams = 20;

/** Starts one of the servers, and resolves when it listens. */
async function start(name, port, core) {
  const env = { ...process.env, NODE_ENV: "production", BENCH_PORT: String(port) };
  const script = join(serverFolder, "http2", `${name}.mjs`);
  const stdio = ["ignore", "ignore", "inherit", "ipc"];
  const child = spawn("taskset", ["-c", core, process.execPath, script], { cwd: benchFolder, env, stdio });
  const died = once(child, "exit").then(() => Promise.reject(new Error(`${name} ended before it listened`)));
  await Promise.race([once(child, "message"), died]);
  died.catch(() => {});
  return { name, pid: child.pid, port, stop: () => child.kill("SIGKILL"), rates: [], costs: [], errors: 0 };
}

/** Loads a server for some seconds, and notes requests per second and CPU time per request. */
async function load(server, { seconds, loadCore }) {
  const before = cpuSeconds(server.pid);
  const shape = [`-c${connections}`, `-m${streams}`, "-t1", `-D${seconds}`];
  const args = ["-c", loadCore, "h2load", ...shape, `http://127.0.0.1:${server.port}/`];
  const child = spawn("taskset", args, { stdio: ["ignore", "pipe", "inherit"] });
  const output = await text(child.stdout);
  const [, succeeded, failed] = /(\d+) succeeded, (\d+) failed/.exec(output) ?? [];
  if (succeeded === undefined) throw new Error(`h2load gave no result:\n${output}`);
  const rate = Number(succeeded) / seconds;
  return {
    rate,
    cost: ((cpuSeconds(server.pid) - before) * 1e6) / Number(succeeded),
    failed: Number(failed),
  };
}

const shown = ({ median, min, max }, digits) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;

function report(server, base) {
  const ratio = pairedRatio(server.rates, base.rates);
  const cost = pairedRatio(base.costs, server.costs);
  const rates = shown(spread(server.rates), 0);
  console.log(
    `${server.name}: ${rates}/s; ${shown(ratio, 2)} times; CPU ${shown(cost, 2)}; errors ${server.errors}`,
  );
}

async function main() {
  if (spawnSync("which", ["h2load"]).status !== 0) {
    throw new Error("this needs h2load; on Debian and Ubuntu: apt-get install nghttp2-client");
  }
  const options = { rounds: { type: "string" }, seconds: { type: "string" }, cores: { type: "string" } };
  const { rounds = "5", seconds = "2", cores = "0,1" } = parseArgs({ options }).values;
  const [core, loadCore = core] = cores.split(",");
  const servers = [];
  try {
    for (const [index, name] of names.entries()) servers.push(await start(name, 28_450 + index, core));
    // Round 0 warms up and is not counted.
    for (let round = 0; round <= Number(rounds); round++) {
      for (const server of servers) {
        const { rate, cost, failed } = await load(server, { seconds: Number(seconds), loadCore });
        if (round === 0) continue;
        server.rates.push(rate);
        server.costs.push(cost);
        server.errors += failed;
      }
    }
  } finally {
    for (const { stop } of servers) stop();
  }
  for (const server of servers) report(server, servers[0]);
}

await main();
