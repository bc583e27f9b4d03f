/**
 * WebSockets against `ws` on node:http, round by round: echoes of small and large messages on few and many
 * connections, and one message to 10,000 idle subscribers.
 * `node bench/websocket.mjs [--rounds 3] [--seconds 3] [--cores 0,1] [--only echo,tell] [--sizes 64,16384]
 * [--connections 100,1000] [--subscribers 10000]`; runs on the Node it is started with.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { benchFolder, serverFolder } from "./lib/paths.mjs";
import { cpuSeconds, residentBytes } from "./lib/proc.mjs";
import { pairedRatio, spread } from "./lib/statistics.mjs";

const names = ["ws", "tack"];
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Starts a process on a core, with as many files as the system allows, and resolves when it says something. */
async function launch(script, core, { args = [], environment = {} } = {}) {
  const command = 'ulimit -n "$(ulimit -Hn)"; exec taskset -c "$@"';
  const env = { ...process.env, NODE_ENV: "production", ...environment };
  const words = ["-c", command, "sh", core, process.execPath, "--expose-gc", script, ...args];
  const child = spawn("sh", words, { cwd: benchFolder, env, stdio: ["ignore", "ignore", "inherit", "ipc"] });
  running.add(child);
  const died = once(child, "exit").then(() => Promise.reject(new Error(`${script} ended`)));
  died.catch(() => {});
  await Promise.race([once(child, "message"), died]);
  const stop = () => {
    running.delete(child);
    child.kill("SIGKILL");
  };
  const ask = async (what, setting = {}) => {
    child.send({ what, ...setting });
    const [answer] = await Promise.race([once(child, "message"), died]);
    return answer;
  };
  return { pid: child.pid, ask, stop };
}

/** Both servers with a client each, connected. */
function pairs(connections, { cores }) {
  const [serverCore, loadCore = serverCore] = cores;
  return Promise.all(
    names.map(async (name, index) => {
      const port = 28_500 + index;
      const script = join(serverFolder, "websocket", `${name}.mjs`);
      const server = await launch(script, serverCore, { environment: { BENCH_PORT: String(port) } });
      const client = await launch(join(benchFolder, "load/websocket.mjs"), loadCore, {
        args: [String(port)],
      });
      const before = residentBytes(server.pid);
      await client.ask("connect", { count: connections });
      const stop = () => [server, client].forEach((one) => one.stop());
      return { server, client, before, stop, rounds: [] };
    }),
  );
}

/** The servers take turns; round 0 warms up. */
async function echo(size, connections, setting) {
  const all = await pairs(connections, setting);
  for (let round = 0; round <= setting.rounds; round++) {
    for (const { server, client, rounds } of all) {
      const before = cpuSeconds(server.pid);
      const { messages, seconds } = await client.ask("echo", { size, seconds: setting.seconds });
      const cpu = ((cpuSeconds(server.pid) - before) / messages) * 1e6;
      if (round > 0) rounds.push({ rate: messages / seconds, cpu });
    }
  }
  all.forEach(({ stop }) => stop());
  const [base, ours] = all.map(({ rounds }) => rounds);
  const ratio = pairedRatio(column(ours, "rate"), column(base, "rate"));
  const cost = pairedRatio(column(base, "cpu"), column(ours, "cpu"));
  console.log(`echo of ${size} bytes, ${connections} connections: ${shown(ratio, 2)} times ws`);
  console.log(
    `  ws ${shown(spread(column(base, "rate")), 0)}/s, tack ${shown(spread(column(ours, "rate")), 0)}/s`,
  );
  console.log(`  CPU of ws per message ${shown(cost, 2)} times that of tack`);
}

async function tell(subscribers, setting) {
  const all = await pairs(subscribers, setting);
  await delay(2000);
  for (let round = 0; round <= setting.rounds; round++) {
    for (const { client, rounds } of all) {
      const { milliseconds } = await client.ask("tell");
      if (round > 0) rounds.push({ milliseconds });
    }
  }
  for (const [index, one] of all.entries()) {
    const perConnection = (residentBytes(one.server.pid) - one.before) / subscribers;
    const times = spread(column(one.rounds, "milliseconds"));
    const memory = (perConnection / 1024).toFixed(1);
    console.log(
      `one to ${subscribers}, ${names[index]}: ${shown(times, 0)} ms; ${memory} KiB per connection`,
    );
  }
  all.forEach(({ stop }) => stop());
}

const column = (rounds, key) => rounds.map((round) => round[key]);
const shown = ({ median, min, max }, digits) =>
  `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;

async function main() {
  const text = { type: "string" };
  const options = {
    rounds: text,
    seconds: text,
    cores: text,
    only: text,
    subscribers: text,
    sizes: text,
    connections: text,
  };
  const { values } = parseArgs({ options });
  const { rounds = "3", seconds = "3", cores = "0,1", only = "echo,tell", subscribers = "10000" } = values;
  const { sizes = "64,16384", connections = "100,1000" } = values;
  const setting = { rounds: Number(rounds), seconds: Number(seconds), cores: cores.split(",") };
  if (only.includes("echo")) {
    for (const size of sizes.split(",")) {
      for (const count of connections.split(",")) await echo(Number(size), Number(count), setting);
    }
  }
  if (only.includes("tell")) await tell(Number(subscribers), setting);
}

await main();
