/** Every server the bench knows, in the order of the tables. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { record } from "../servers/lib/work.mjs";
import { benchFolder, binary, nodeBinary, serverFolder } from "./paths.mjs";
import { probeArguments } from "./server-process.mjs";

/**
 * @typedef {object} ServerEntry
 * @property {string} name
 * @property {boolean} ours
 * @property {boolean} onNode Runs on the chosen Node, so that a probe can be loaded.
 * @property {boolean} [chunked] Sends bodies of unknown length, as fetch handlers that name none get it.
 * @property {string[]} [only] Names of the answers it gives; all when absent.
 * @property {() => string | undefined} missing Why it can't run here.
 * @property {(setting: { port: number, files: string, node: string, probe?: boolean }) =>
 *   { file: string, args: string[], environment?: Record<string, string> }} command
 */

const script = (name) => join(serverFolder, `${name}.mjs`);
const absent = (path) => (existsSync(path) ? undefined : `${relative(benchFolder, path)} is missing`);
const onPath = (program) =>
  spawnSync("which", [program]).status === 0 ? undefined : `no ${program} on the PATH`;

/** @returns {ServerEntry} */
function onNode(name, { ours = false, chunked = false, only, version } = {}) {
  const node = (setting) => nodeBinary(version ?? setting.node);
  return {
    name: version === undefined ? name : `${name}@${version}`,
    ours,
    onNode: true,
    chunked,
    only,
    missing: () => absent(script(name)) ?? (version === undefined ? undefined : absent(nodeBinary(version))),
    command: (setting) => ({
      file: node(setting),
      args: [...(setting.probe ? probeArguments : []), script(name)],
    }),
  };
}

const denoBinary = binary("deno", "deno");
const bunBinary = binary("bun", "bin", "bun.exe");

/** @type {ServerEntry[]} */
export const allServers = [
  onNode("node-http"),
  onNode("tack-pagi", { ours: true }),
  onNode("tack-psgi", { ours: true }),
  onNode("tack-fetch", { ours: true }),
  onNode("tack-fetch-lazy", { ours: true }),
  onNode("tack-fetch-quick", { ours: true }),
  onNode("tack-hono", { ours: true }),
  onNode("tack-hono-lazy", { ours: true }),
  onNode("tack-hono-quick", { ours: true }),
  onNode("tack-to-node", { ours: true }),
  onNode("tack-to-fetch", { ours: true, chunked: true, only: ["hello", "json", "echo", "stream"] }),
  onNode("fastify"),
  onNode("tack-fastify", { ours: true }),
  onNode("hono-node-server"),
  onNode("srvx-fast"),
  onNode("srvx", { chunked: true }),
  onNode("express"),
  onNode("tack-express", { ours: true }),
  onNode("koa"),
  onNode("tack-koa", { ours: true }),
  {
    name: "bun-serve",
    ours: false,
    onNode: false,
    missing: () => absent(bunBinary),
    command: () => ({ file: bunBinary, args: [script("bun-serve")] }),
  },
  {
    name: "deno-serve",
    ours: false,
    onNode: false,
    missing: () => absent(denoBinary),
    command: () => ({ file: denoBinary, args: ["run", "-A", "--no-config", script("deno-serve")] }),
  },
  {
    name: "nginx-static",
    ours: false,
    onNode: false,
    only: ["hello", "file", "close"],
    missing: () => onPath("nginx"),
    command: nginxCommand,
  },
  {
    name: "epoll",
    ours: false,
    onNode: false,
    only: ["hello", "json", "echo"],
    missing: () => onPath("cc"),
    command: epollCommand,
  },
];

function nginxCommand({ port, files }) {
  const template = readFileSync(join(serverFolder, "nginx.conf"), "utf8");
  const path = join(files, `nginx-${port}.conf`);
  writeFileSync(path, template.replaceAll("{port}", String(port)).replaceAll("{folder}", files));
  return { file: "nginx", args: ["-c", path, "-e", "stderr"] };
}

function epollCommand({ files }) {
  const file = join(files, "epoll");
  if (!existsSync(file)) execFileSync("cc", ["-O2", "-o", file, join(serverFolder, "epoll.c")]);
  return { file, args: [], environment: { BENCH_JSON: JSON.stringify(record()) } };
}

/**
 * The servers by name, in the order asked for; `node-http@26` runs it on that Node.
 * @param {string[]} names All when empty.
 * @returns {ServerEntry[]}
 */
export function chooseServers(names) {
  if (names.length === 0) return allServers;
  return names.map((name) => {
    const [base, version] = name.split("@");
    const found = allServers.find((server) => server.name === base);
    if (found === undefined) {
      throw new Error(
        `no server "${name}"; there are: ${allServers.map((server) => server.name).join(", ")}`,
      );
    }
    if (version === undefined) return found;
    if (!found.onNode) throw new Error(`"${base}" does not run on Node, so it takes no @version`);
    return onNode(base, { ours: found.ours, chunked: found.chunked, only: found.only, version });
  });
}
