/**
 * The server of `bench/streams.mjs`: every stream sends the time once a second, with keepalive on, and everybody who
 * asks at `/all` gets what is published there, also once a second. Over the process channel it answers "measure".
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import { eventStream } from "../../dist/app/event-stream.js";
import { standalone } from "../../dist/handler/standalone.js";
import { Hub } from "../../dist/pubsub/hub.js";

const hub = new Hub();
setInterval(() => void hub.publish("all", String(Date.now())), 1000);

const app = eventStream(async (stream, scope) => {
  if (scope.path === "/all") return stream.sendAll(await hub.subscribe("all"));
  while (await stream.send(String(Date.now()))) await delay(1000);
});

const lag = monitorEventLoopDelay({ resolution: 1 });
lag.enable();
let cpuBefore = process.cpuUsage();

/** Memory after a full collection, and since the last time: processor time, and how long the loop was held up. */
async function measure() {
  const cpu = process.cpuUsage(cpuBefore);
  const held = { p99: lag.percentile(99) / 1e6, max: lag.max / 1e6 };
  // Finalizers run between two collections, and what they free is seen by the second.
  globalThis.gc();
  await new Promise((resolve) => setImmediate(resolve));
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  const sockets = process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
  cpuBefore = process.cpuUsage();
  lag.reset();
  return { heap: heapUsed + external, rss, sockets, cpuMs: (cpu.user + cpu.system) / 1000, held };
}

const running = await standalone({ listen: ["http://127.0.0.1:0"] }).run(app);
process.on("message", async () => process.send(await measure()));
process.on("disconnect", () => process.exit());
process.send({ url: running.url });
