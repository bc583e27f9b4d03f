/**
 * The growth check for event streams: ten thousand clients read one event a second each, while memory is measured; then
 * all leave, and what they have left behind is measured. It fails when memory grows, an event is late by seconds, or
 * a client loses its stream. Each stream has its own timer, or with `--shared` all get the same event of one hub.
 * `npm run bench -- streams [--streams 10000] [--seconds 60] [--shared]`
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { median } from "./lib/statistics.mjs";

const steps = 9;
const opensAtOnce = 200;
/** What a measurement of a busy heap of this size varies by. */
const allowedGrowth = 2 * 2 ** 20;
const allowedLagMs = 2000;
const mebibytes = (bytes) => (bytes / 2 ** 20).toFixed(2);

const { values } = parseArgs({
  options: {
    streams: { type: "string", default: "10000" },
    seconds: { type: "string", default: "60" },
    shared: { type: "boolean", default: false },
  },
});

/** What came since the last look: how many events, and how old they were. */
class Counter {
  #ages = [];
  events = 0;

  take(text) {
    const now = Date.now();
    for (const [, sentAt] of text.matchAll(/data: (\d+)\n\n/g)) {
      this.events++;
      this.#ages.push(now - Number(sentAt));
    }
  }

  /** Numbers since the last call. */
  look() {
    const ages = this.#ages.sort((a, b) => a - b);
    const seen = {
      events: this.events,
      p50: ages[ages.length >> 1],
      p99: ages[Math.floor(ages.length * 0.99)],
    };
    this.#ages = [];
    this.events = 0;
    return seen;
  }
}

/** A client that reads a stream for ever; resolves with its first event. */
async function openOne(url, counter) {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding("latin1");
  socket.on("error", () => {});
  const path = values.shared ? "/all" : "/";
  socket.write(`GET ${path} HTTP/1.1\r\nhost: bench\r\naccept: text/event-stream\r\n\r\n`);
  await once(socket, "data");
  socket.on("data", (text) => counter.take(text));
  return socket;
}

async function openAll(url, counter) {
  const sockets = [];
  const count = Number(values.streams);
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(opensAtOnce, count - sockets.length) }, () =>
      openOne(url, counter),
    );
    sockets.push(...(await Promise.all(batch)));
  }
  return sockets;
}

async function measured(server) {
  const answer = once(server, "message");
  server.send("measure");
  return (await answer)[0];
}

function print(label, { heap, rss, sockets, cpuMs, held }, seen) {
  const events = `${String(seen.events).padStart(7)} events, age ${seen.p50}/${seen.p99} ms`;
  const memory = `heap ${mebibytes(heap)} MiB, resident ${mebibytes(rss)} MiB, ${sockets} sockets`;
  const cost = `${cpuMs.toFixed(0)} ms CPU, loop held ${held.p99.toFixed(1)}/${held.max.toFixed(1)} ms`;
  console.log(`${label.padEnd(8)} ${events}; ${memory}; ${cost}`);
}

/** Open and reading: a measurement at the end of each step. */
async function run(server, counter) {
  const points = [];
  for (let step = 1; step <= steps; step++) {
    await delay((Number(values.seconds) * 1000) / steps);
    const seen = counter.look();
    const point = await measured(server);
    print(`step ${step}`, point, seen);
    points.push({ ...point, ...seen });
  }
  return points;
}

/** The apps learn that their clients have gone when they send the next time or the one after. */
async function untilAlone(server) {
  for (let tries = 0; tries < 3; tries++) {
    await delay(5000);
    const point = await measured(server);
    if (point.sockets === 0) return point;
  }
  throw new Error("connections are still open fifteen seconds after the last client has left");
}

async function main() {
  const execArgv = ["--expose-gc"];
  const server = fork(join(import.meta.dirname, "streams", "server.mjs"), { execArgv });
  const [{ url }] = await once(server, "message");
  const counter = new Counter();
  const before = await measured(server);
  const sockets = await openAll(url, counter);
  const began = await measured(server);
  const each = (began.heap - before.heap) / sockets.length;
  const resident = (began.rss - before.rss) / sockets.length;
  console.log(
    `${sockets.length} streams open: ${(each / 1024).toFixed(1)} KiB heap, ${(resident / 1024).toFixed(1)} KiB resident each`,
  );
  counter.look();
  const points = await run(server, counter);
  const lost = sockets.filter((socket) => socket.destroyed || socket.readableEnded).length;
  for (const socket of sockets) socket.destroy();
  const after = await untilAlone(server);
  server.disconnect();
  return judge({ points, lost, left: after.heap - before.heap });
}

function judge({ points, lost, left }) {
  const heap = (some) => median(some.map((point) => point.heap));
  const growth = heap(points.slice(-3)) - heap(points.slice(0, 3));
  const slowest = Math.max(...points.map(({ p99 }) => p99));
  console.log(
    `growth ${mebibytes(growth)} MiB, left behind ${mebibytes(left)} MiB, ${lost} streams lost, p99 age at most ${slowest} ms`,
  );
  return growth < allowedGrowth && left < allowedGrowth && lost === 0 && slowest < allowedLagMs;
}

process.exitCode = (await main()) ? 0 : 1;
