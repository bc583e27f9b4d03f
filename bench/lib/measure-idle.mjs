/** Memory: at rest, after load, and per idle keep-alive connection. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { residentBytes } from "./proc.mjs";
import { startServer } from "./server-process.mjs";
import { median, spread } from "./statistics.mjs";
import { loadWorkloads } from "./workloads.mjs";
import { load } from "./wrk.mjs";

const request = "GET / HTTP/1.1\r\nHost: bench\r\n\r\n";
const opensAtOnce = 100;
const warmConnections = 200;

/**
 * @param {import("./servers.mjs").ServerEntry[]} servers
 * @param {object} setting Files, node, cores, rounds, seconds, connections.
 */
export async function measureIdle(servers, setting) {
  const samples = new Map(servers.map((server) => [server, []]));
  for (let round = 0; round < Math.min(setting.rounds, 3); round++) {
    for (const server of servers) samples.get(server).push(await measureOne(server, setting));
  }
  const column = (server, key) => samples.get(server).map((sample) => sample[key]);
  const rows = servers.map((server) => ({
    server: server.name,
    ours: server.ours,
    restBytes: median(column(server, "restBytes")),
    loadedBytes: median(column(server, "loadedBytes")),
    bytesPerConnection: spread(column(server, "bytesPerConnection")),
    heapBytesPerConnection: median(column(server, "heapBytesPerConnection")),
  }));
  return { connections: setting.connections, rows };
}

async function measureOne(server, setting) {
  return { ...(await measureLoaded(server, setting)), ...(await measureConnections(server, setting)) };
}

async function measureLoaded(server, setting) {
  const process = await startServer(server, { ...setting, core: setting.serverCore });
  try {
    const restBytes = residentBytes(process.pid);
    await load(loadWorkloads[0], process, { seconds: setting.seconds, core: setting.loadCore });
    return { restBytes, loadedBytes: residentBytes(process.pid) };
  } finally {
    await process.stop();
  }
}

async function measureConnections(server, setting) {
  const process = await startServer(server, { ...setting, core: setting.serverCore, probe: server.onNode });
  const sockets = [];
  try {
    await open(sockets, warmConnections, process.port);
    const heapBefore = await heapBytes(server, process);
    const before = residentBytes(process.pid);
    await open(sockets, warmConnections + setting.connections, process.port);
    // What is still being allocated or freed settles: nothing tells when.
    await delay(1000);
    const after = residentBytes(process.pid);
    const lost = sockets.filter((socket) => socket.destroyed || socket.readableEnded).length;
    if (lost > 0) throw new Error(`${server.name} closed ${lost} of ${sockets.length} idle connections`);
    const heapAfter = await heapBytes(server, process);
    return {
      bytesPerConnection: (after - before) / setting.connections,
      heapBytesPerConnection: (heapAfter - heapBefore) / setting.connections,
    };
  } finally {
    for (const socket of sockets) socket.destroy();
    await process.stop();
  }
}

/** JavaScript memory after a collection; `NaN` where no probe can be loaded. */
async function heapBytes(server, process) {
  if (!server.onNode) return Number.NaN;
  const { heapUsed, external } = await process.measure();
  return heapUsed + external;
}

async function open(sockets, count, port) {
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(opensAtOnce, count - sockets.length) }, () => openOne(port));
    sockets.push(...(await Promise.all(batch)));
  }
}

/** A connection that has had one answer. */
async function openOne(port) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(request);
  await once(socket, "data");
  return socket;
}
