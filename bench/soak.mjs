/**
 * The growth check: does a server's memory grow over a million requests, over a hundred thousand clients that
 * vanish, or over a hundred thousand that leave while a body streams?
 * `npm run bench -- soak [--server tack-pagi] [--node 24] [--requests 1000000] [--clients 100000]
 * [--strains requests,clients,streams]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { makeFiles } from "./lib/files.mjs";
import { startServer } from "./lib/server-process.mjs";
import { chooseServers } from "./lib/servers.mjs";
import { median } from "./lib/statistics.mjs";
import { allWays, streamWays, vanish } from "./lib/vanish.mjs";
import { load, requireTools } from "./lib/wrk.mjs";

const steps = 10;
const allowedGrowth = 2 ** 20;
const socketDeadlineMs = 15_000;
const mix = { name: "mix", path: "/", script: "mix" };

const heap = ({ heapUsed, external }) => heapUsed + external;
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(2);

process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

async function main(words) {
  const { values } = parseArgs({
    args: words,
    options: {
      server: { type: "string", default: "tack-pagi" },
      node: { type: "string", default: "24" },
      requests: { type: "string", default: "1000000" },
      clients: { type: "string", default: "100000" },
      strains: { type: "string", default: "requests,clients,streams" },
    },
  });
  requireTools();
  const [server] = chooseServers([values.server]);
  if (!server.onNode) throw new Error(`"${server.name}" does not run on Node, so its heap can't be read`);
  const files = mkdtempSync(join(tmpdir(), "tack-soak-"));
  makeFiles(files);
  try {
    const verdicts = [];
    for (const { title, total, strain } of strains(values)) {
      const process = await startServer(server, { files, node: values.node, core: "0", probe: true });
      verdicts.push(await check(`${server.name}: ${title}`, process, total, strain));
    }
    if (verdicts.includes(false)) process.exitCode = 1;
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
}

/** The strains asked for, in the order asked for. */
function strains({ strains, requests, clients }) {
  const all = {
    requests: { title: `${requests} requests of every kind`, total: requests, strain: sendRequests },
    clients: { title: `${clients} clients that vanish`, total: clients, strain: vanishing(allWays) },
    streams: {
      title: `${clients} clients that leave a stream`,
      total: clients,
      strain: vanishing(streamWays),
    },
  };
  return strains.split(",").map((name) => {
    if (all[name] === undefined) throw new Error(`no strain "${name}": ${Object.keys(all).join(", ")}`);
    return { ...all[name], total: Number(all[name].total) };
  });
}

/** Runs one kind of strain in ten steps with a measurement after each, and judges. */
async function check(title, process, total, strain) {
  console.log(`\n${title}`);
  const points = [];
  try {
    await strain(process, total / steps);
    await closedSockets(process);
    let done = 0;
    for (let step = 0; step <= steps; step++) {
      if (step > 0) done += await strain(process, total / steps);
      points.push(await closedSockets(process));
      print(done, points.at(-1));
    }
  } finally {
    await process.stop();
  }
  return judge(points);
}

/** At least `count` requests, in windows of two seconds. Returns how many there were. */
async function sendRequests(process, count) {
  let sent = 0;
  while (sent < count) {
    const { requests, errors } = await load(mix, process, { seconds: 2, core: "1" });
    if (errors > 0) throw new Error(`${errors} requests failed`);
    sent += requests;
  }
  return sent;
}

function vanishing(ways) {
  return async (process, count) => {
    const failed = await vanish(process.port, count, ways);
    if (failed > 0) throw new Error(`${failed} clients could not connect, or were left by the server`);
    return count;
  };
}

/** Measures until the server holds no connection any more. */
async function closedSockets(process) {
  const began = performance.now();
  for (;;) {
    const point = await process.measure();
    if (point.sockets === 0) return point;
    if (performance.now() - began > socketDeadlineMs) {
      throw new Error(
        `${point.sockets} connections are still open ${socketDeadlineMs / 1000} s after the last client left`,
      );
    }
    await delay(50);
  }
}

function print(done, point) {
  const { heapUsed, external, rss, handles } = point;
  console.log(
    `${String(done).padStart(9)}  heap ${mebibytes(heapUsed)} MiB  external ${mebibytes(external)} MiB  ` +
      `resident ${mebibytes(rss)} MiB  handles ${handles}`,
  );
}

/** Compares the middle of the first three measurements with that of the last three. */
function judge(points) {
  const growth = median(points.slice(-3).map(heap)) - median(points.slice(0, 3).map(heap));
  const fine = growth < allowedGrowth;
  const verdict = fine ? "no growth" : "IT GROWS";
  console.log(
    `${verdict}: ${mebibytes(growth)} MiB between the first and the last measurements (allowed: 1.00)`,
  );
  return fine;
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
