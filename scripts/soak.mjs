/**
 * `npm run soak -- [--minutes 10] [--restart-seconds 5] [--mode reload|restart] [--clients 8]`: posts on kept
 * connections while the server is restarted again and again. Both sides count; the counts must be the same.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { ensureBuilt, ensureInstalled } from "./lib/ready.mjs";
import { SoakClient } from "./lib/soak-client.mjs";
import { reloading, restarting } from "./lib/soak-servers.mjs";

const modes = { reload: reloading, restart: restarting };

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    "restart-seconds": { type: "string", default: "5" },
    mode: { type: "string", default: "reload" },
    clients: { type: "string", default: "8" },
  },
});

/** Restarts at each interval until the time is over; tells how often. */
async function restartAgainAndAgain(server, until) {
  const interval = Number(values["restart-seconds"]) * 1000;
  let restarts = 0;
  while (performance.now() + interval < until) {
    await delay(interval);
    await server.restart();
    restarts++;
    if (restarts % 12 === 0) console.log(`${restarts} restarts`);
  }
  await delay(Math.max(0, until - performance.now()));
  return restarts;
}

async function soak(folder) {
  const server = await modes[values.mode](folder);
  const clients = Array.from({ length: Number(values.clients) }, (_, number) => {
    return new SoakClient(server.port, number);
  });
  const runs = clients.map((client) => client.run());
  const startedAt = performance.now();
  const restarts = await restartAgainAndAgain(server, startedAt + Number(values.minutes) * 60_000);
  for (const client of clients) client.stop();
  await Promise.all(runs);
  const seconds = (performance.now() - startedAt) / 1000;
  await server.stop();
  return { restarts, clients, seconds };
}

function judge({ restarts, clients, seconds }, folder) {
  const sum = (key) => clients.reduce((total, client) => total + client[key], 0);
  const errors = clients.flatMap((client) => client.errors);
  const counts = readdirSync(folder).filter((name) => name.startsWith("count-"));
  const served = counts.reduce((total, name) => total + statSync(join(folder, name)).size, 0);
  for (const error of errors.slice(0, 10)) console.error(error);
  const isFine = errors.length === 0 && served === sum("sent") && served === sum("answered") && served > 0;
  console.log(
    `${isFine ? "nothing lost" : "LOST"}: ${sum("sent")} sent, ${served} served, ${sum("answered")} answered, ` +
      `${errors.length} errors; ${restarts} restarts (${values.mode}), ${counts.length} processes, ` +
      `${sum("connections")} connections, ${seconds.toFixed(0)} s`,
  );
  return isFine;
}

if (modes[values.mode] === undefined) {
  console.error(`--mode is reload or restart, not ${values.mode}`);
  process.exit(2);
}
ensureInstalled();
ensureBuilt();
const folder = mkdtempSync(join(tmpdir(), "tack-soak-"));
try {
  process.exitCode = judge(await soak(folder), folder) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
