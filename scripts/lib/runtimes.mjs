/** Nodes and other runtimes from the registry, each installed once into a folder of its own and kept. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./ready.mjs";

/** The runtimes whose handlers are tested, beside Node; `test/handler/runtime/find-runtime.ts` looks for them here. */
const runtimes = { bun: "1.4.5", deno: "2.9.6", workerd: "1.20261117.1" };

/** The path of one Node. */
export function installNode(major) {
  return install(join(tmpdir(), "tack-nodes", major), `node@${major}`, ["node", "bin", "node"]);
}

/** Installs all of them. */
export function installRuntimes() {
  for (const [name, version] of Object.entries(runtimes)) {
    install(join(tmpdir(), "tack-runtimes", name), `${name}@${version}`, [".bin", name]);
  }
}

function install(folder, spec, path) {
  const program = join(folder, "node_modules", ...path);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  run("npm", ["install", "--no-audit", "--no-fund", spec], { cwd: folder });
  return program;
}
