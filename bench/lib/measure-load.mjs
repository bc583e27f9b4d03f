/** Requests per second: servers take turns, round by round. */
import { startServer } from "./server-process.mjs";
import { median, pairedRatio, spread } from "./statistics.mjs";
import { load } from "./wrk.mjs";

/** Above this share of its core the load generator is the limit, and requests per second say little. */
export const generatorLimit = 0.95;

/** The server that all others are compared with. */
export const baseName = "node-http";

/**
 * @param {import("./workloads.mjs").LoadWorkload} workload
 * @param {import("./servers.mjs").ServerEntry[]} servers The base first.
 * @param {object} setting Files, node, cores, rounds, seconds.
 */
export async function measureLoad(workload, servers, setting) {
  const started = [];
  try {
    for (const server of servers) {
      const process = await startServer(server, { ...setting, core: setting.serverCore });
      started.push({ server, process, rounds: [] });
    }
    const window = { seconds: setting.seconds, core: setting.loadCore };
    for (const { process } of started) await load(workload, process, window);
    for (let round = 0; round < setting.rounds; round++) {
      for (const entry of started) entry.rounds.push(await load(workload, entry.process, window));
    }
  } finally {
    for (const { process } of started) await process.stop();
  }
  const base = started.find(({ server }) => server.name === baseName);
  return { name: workload.name, title: workload.title, rows: started.map((entry) => summarize(entry, base)) };
}

const column = (rounds, key) => rounds.map((round) => round[key]);

function summarize({ server, rounds }, base) {
  const cost = "serverMicrosecondsPerRequest";
  const generatorShare = median(column(rounds, "generatorShare"));
  return {
    server: server.name,
    ours: server.ours,
    ratio: pairedRatio(column(rounds, "requestsPerSecond"), column(base.rounds, "requestsPerSecond")),
    cpuRatio: pairedRatio(column(base.rounds, cost), column(rounds, cost)),
    requestsPerSecond: spread(column(rounds, "requestsPerSecond")),
    serverMicrosecondsPerRequest: spread(column(rounds, cost)),
    p50Microseconds: median(column(rounds, "p50Microseconds")),
    p99Microseconds: median(column(rounds, "p99Microseconds")),
    generatorShare,
    generatorIsTheLimit: generatorShare > generatorLimit,
    errors: column(rounds, "errors").reduce((sum, errors) => sum + errors, 0),
    rounds,
  };
}
