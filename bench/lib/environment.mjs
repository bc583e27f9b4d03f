/** What a result has to be read with: machine, versions. */
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { binary, nodeBinary } from "./paths.mjs";

const packages = ["fastify", "express", "hono", "@hono/node-server", "srvx", "bun", "deno", "tack"];

const firstLine = (text) => text.split("\n", 1)[0].trim();

function packageVersion(name) {
  return JSON.parse(readFileSync(binary(name, "package.json"), "utf8")).version;
}

function programVersion(program, argument) {
  const { stdout, stderr, error } = spawnSync(program, [argument], { encoding: "utf8" });
  return error === undefined ? firstLine(`${stdout}${stderr}`) : "absent";
}

/**
 * @param {string} node Major version of the Node under test.
 */
export function describeEnvironment(node) {
  const versions = Object.fromEntries(packages.map((name) => [name, packageVersion(name)]));
  return {
    node: firstLine(execFileSync(nodeBinary(node), ["--version"], { encoding: "utf8" })),
    processor: cpus()[0].model.trim(),
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: `Linux ${release()}`,
    versions: {
      ...versions,
      nginx: programVersion("nginx", "-v").replace("nginx version: nginx/", ""),
      cc: programVersion("cc", "--version").replace(/^cc /, ""),
      wrk: programVersion("wrk", "-v").replace(/^wrk | Copyright.*/g, ""),
    },
  };
}
