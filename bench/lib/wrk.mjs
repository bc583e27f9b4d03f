/** Runs the load generator pinned to its core. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { loadFolder } from "./paths.mjs";
import { cpuSeconds, endedChildrenCpuSeconds } from "./proc.mjs";

/** Throws with what to install when a program of the bench is missing. */
export function requireTools() {
  if (process.platform !== "linux")
    throw new Error("the bench needs Linux: it reads /proc and pins to cores");
  const packages = { wrk: "wrk", taskset: "util-linux", getconf: "libc-bin" };
  for (const [program, name] of Object.entries(packages)) {
    if (spawnSync("which", [program]).status === 0) continue;
    throw new Error(`the bench needs ${program}; on Debian and Ubuntu: apt-get install ${name}`);
  }
}

/**
 * Loads a server for some seconds.
 * @param {import("./workloads.mjs").LoadWorkload} workload
 * @param {import("./server-process.mjs").ServerProcess} server
 * @param {{ seconds: number, core: string }} setting
 */
export async function load(workload, server, { seconds, core }) {
  const serverBefore = cpuSeconds(server.pid);
  const childrenBefore = endedChildrenCpuSeconds();
  const began = performance.now();
  const result = await runWrk(workload, server.port, { seconds, core });
  const wallSeconds = (performance.now() - began) / 1000;
  const { connect, read, write, status, timeout } = result;
  const serverSeconds = cpuSeconds(server.pid) - serverBefore;
  return {
    requestsPerSecond: result.requests / (result.microseconds / 1e6),
    requests: result.requests,
    bytes: result.bytes,
    errors: connect + read + write + status + timeout,
    p50Microseconds: result.p50,
    p99Microseconds: result.p99,
    serverMicrosecondsPerRequest: (serverSeconds * 1e6) / result.requests,
    serverShare: serverSeconds / wallSeconds,
    generatorShare: (endedChildrenCpuSeconds() - childrenBefore) / wallSeconds,
  };
}

async function runWrk(workload, port, { seconds, core }) {
  const connections = String(workload.connections ?? 64);
  const url = `${workload.scheme ?? "http"}://127.0.0.1:${port}${workload.path}`;
  const options = [
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--timeout",
    "10s",
    "-s",
    `${workload.script}.lua`,
  ];
  const args = ["-c", core, "wrk", ...options, url, "--", ...(workload.arguments ?? [])];
  const child = spawn("taskset", args, { cwd: loadFolder, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  const line = /^RESULT (.*)$/m.exec(output);
  if (line === null) throw new Error(`wrk gave no result for ${workload.name}:\n${output}${errors}`);
  return JSON.parse(line[1]);
}
