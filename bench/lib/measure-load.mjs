/** Requests per second: servers take turns, round by round. */
import { startServer } from "./server-process.mjs";
import { median, pairedRatio, spread } from "./statistics.mjs";
import { load } from "./wrk.mjs";

/** Above this share of its core the load generator is the limit, and requests per second say little. */
const generatorLimit = 0.95;

/** Below this share of its core the server was not the limit either: others used the machine, or all waited. */
const serverLimit = 0.85;

/** The server that all others are compared with. */
export const baseName = "node-http";

/**
 * A server that dies under the load is left out, with the reason.
 * @param {import("./workloads.mjs").LoadWorkload} workload
 * @param {import("./servers.mjs").ServerEntry[]} servers The base first.
 * @param {object} setting Files, node, cores, rounds, seconds.
 */
export async function measureLoad(workload, servers, setting) {
  let entries = [];
  const died = [];
  try {
    for (const server of servers) {
      const process = await startServer(server, { ...setting, core: setting.serverCore });
      entries.push({ server, process, rounds: [] });
    }
    // Round 0 warms up and is not counted.
    for (let round = 0; round <= setting.rounds; round++) {
      for (const entry of entries) await runRound(workload, entry, setting);
      if (round === 0) for (const { rounds } of entries) rounds.length = 0;
      died.push(...entries.filter(({ death }) => death !== undefined));
      entries = entries.filter(({ death }) => death === undefined);
    }
  } finally {
    for (const { process } of entries) await process.stop();
  }
  const base = entries.find(({ server }) => server.name === baseName);
  if (base === undefined) throw new Error(`${baseName} died under ${workload.name}: ${died.at(-1).death}`);
  return {
    name: workload.name,
    title: workload.title,
    rows: entries.map((entry) => summarize(entry, base)),
    died: died.map(({ server, death }) => ({ server: server.name, reason: death })),
  };
}

/** One window of load on one server; notes its death. */
async function runRound(workload, entry, setting) {
  try {
    entry.rounds.push(
      await load(workload, entry.process, { seconds: setting.seconds, core: setting.loadCore }),
    );
  } catch (error) {
    entry.death = await entry.process.death();
    if (entry.death === undefined) throw error;
  }
}

const column = (rounds, key) => rounds.map((round) => round[key]);

/**
 * What held the requests per second of a row down: the load generator, the server, or something else. When it
 * was something else for the server that all are compared with, it is so for every ratio.
 */
function limitOf(rounds, baseRounds) {
  if (median(column(baseRounds, "serverShare")) < serverLimit) return "other";
  if (median(column(rounds, "generatorShare")) > generatorLimit) return "generator";
  return median(column(rounds, "serverShare")) < serverLimit ? "other" : "server";
}

function summarize({ server, rounds }, base) {
  const cost = "serverMicrosecondsPerRequest";
  return {
    server: server.name,
    ours: server.ours,
    ratio: pairedRatio(column(rounds, "requestsPerSecond"), column(base.rounds, "requestsPerSecond")),
    cpuRatio: pairedRatio(column(base.rounds, cost), column(rounds, cost)),
    requestsPerSecond: spread(column(rounds, "requestsPerSecond")),
    serverMicrosecondsPerRequest: spread(column(rounds, cost)),
    p50Microseconds: median(column(rounds, "p50Microseconds")),
    p99Microseconds: median(column(rounds, "p99Microseconds")),
    generatorShare: median(column(rounds, "generatorShare")),
    serverShare: median(column(rounds, "serverShare")),
    limit: limitOf(rounds, base.rounds),
    errors: column(rounds, "errors").reduce((sum, errors) => sum + errors, 0),
    rounds,
  };
}
