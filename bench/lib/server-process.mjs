/** Starts one server pinned to its core, waits for its first answer, ends it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { benchFolder } from "./paths.mjs";

const startDeadlineMs = 20_000;
const deathNoticeMs = 500;
const running = new Set();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/**
 * @typedef {object} ServerProcess
 * @property {number} pid
 * @property {number} port
 * @property {number} startMs From spawn to the first answer.
 * @property {() => Promise<string | undefined>} death Why it has ended by itself, if it has.
 * @property {() => Promise<object>} measure Memory after a collection; only with `probe`.
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a server.
 * @param {import("./servers.mjs").ServerEntry} server
 * @param {{ files: string, node: string, core: string, probe?: boolean }} setting
 * @returns {Promise<ServerProcess>}
 */
export async function startServer(server, setting) {
  const port = await freePort();
  const command = server.command({ ...setting, port });
  const child = launch(command, port, setting);
  running.add(child);
  const ended = once(child, "exit").then(() => running.delete(child));
  const errors = collect(child.stderr);
  const began = performance.now();
  while (!(await answers(port))) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`${server.name} ended before it answered:\n${errors.join("")}`);
    }
    if (performance.now() - began > startDeadlineMs) throw new Error(`${server.name} did not answer in 20 s`);
  }
  const startMs = performance.now() - began;
  const death = () => Promise.race([ended.then(() => reason(errors)), delay(deathNoticeMs, undefined)]);
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  return { pid: child.pid, port, startMs, death, measure: () => measure(child), stop };
}

/** Spawns through a shell that raises the limit of open files and then becomes the server. */
function launch({ file, args, environment }, port, { files, core, probe = false }) {
  const stdio = ["ignore", "ignore", "pipe", ...(probe ? ["ipc"] : [])];
  const script = 'ulimit -n "$(ulimit -Hn)"; exec taskset -c "$@"';
  const env = {
    ...process.env,
    NODE_ENV: "production",
    BENCH_PORT: String(port),
    BENCH_FILES: files,
    ...environment,
  };
  return spawn("sh", ["-c", script, "sh", core, file, ...args], { cwd: benchFolder, stdio, env });
}

/** Node arguments that load the probe. */
export const probeArguments = ["--expose-gc", "--import", join(benchFolder, "lib/probe.mjs")];

function collect(stream) {
  const lines = [];
  stream.setEncoding("utf8").on("data", (text) => {
    if (lines.length < 50) lines.push(text);
  });
  return lines;
}

/** The line of a dead process's last words that tells most. */
function reason(errors) {
  const lines = errors.join("").split("\n");
  return lines.find((line) => /error/i.test(line))?.trim() ?? "it said nothing";
}

async function measure(child) {
  const answer = once(child, "message");
  child.send("measure");
  const [message] = await answer;
  return message;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** True when something on the port answers `GET /` with 200. */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => socket.write("GET / HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n"));
    socket.on("data", (bytes) => {
      resolve(bytes.latin1Slice(0, 12) === "HTTP/1.1 200");
      socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => setTimeout(resolve, 1, false));
  });
}
