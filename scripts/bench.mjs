/** `npm run bench`: builds, installs the servers to compare with, and measures. Words after `--` go to the bench. */
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, run } from "./lib/ready.mjs";

ensureInstalled();
ensureBuilt("tsconfig.json", ["src", "tsconfig.json", "tsconfig.base.json"], "dist");
ensureInstalled(join(root, "bench"));
run(process.execPath, [join(root, "bench/run.mjs"), ...process.argv.slice(2)]);
