/** Where things are. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder `bench/`. */
export const benchFolder = dirname(dirname(fileURLToPath(import.meta.url)));

export const serverFolder = join(benchFolder, "servers");
export const loadFolder = join(benchFolder, "load");
export const resultFolder = join(benchFolder, "results");

/** The binary of a package that carries one, under `bench/node_modules`. */
export const binary = (...parts) => join(benchFolder, "node_modules", ...parts);

/** The binary of the npm-installed Node with this major version. */
export const nodeBinary = (version) => binary(`node-${version}`, "bin", "node");
