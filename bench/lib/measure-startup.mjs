/** From spawn to the first answer; a fresh process each round. */
import { baseName } from "./measure-load.mjs";
import { startServer } from "./server-process.mjs";
import { pairedRatio, spread } from "./statistics.mjs";

/**
 * @param {import("./servers.mjs").ServerEntry[]} servers
 * @param {object} setting Files, node, cores, rounds.
 */
export async function measureStartup(servers, setting) {
  const times = new Map(servers.map((server) => [server, []]));
  // Round 0 fills the file cache and is not counted.
  for (let round = 0; round <= setting.rounds; round++) {
    for (const server of servers) {
      const process = await startServer(server, { ...setting, core: setting.serverCore });
      if (round > 0) times.get(server).push(process.startMs);
      await process.stop();
    }
  }
  const base = times.get(servers.find(({ name }) => name === baseName));
  const rows = servers.map((server) => ({
    server: server.name,
    ours: server.ours,
    milliseconds: spread(times.get(server)),
    ratio: pairedRatio(times.get(server), base),
  }));
  return { rows };
}
