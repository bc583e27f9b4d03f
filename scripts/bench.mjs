/**
 * `npm run bench`: builds, installs the servers to compare with, and measures. Words after `--` go to the
 * bench; a first word `soak` runs the growth check instead.
 */
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, run } from "./lib/ready.mjs";

const words = process.argv.slice(2);
const soak = words[0] === "soak";

ensureInstalled();
ensureBuilt("tsconfig.json", ["src", "tsconfig.json", "tsconfig.base.json"], "dist");
ensureInstalled(join(root, "bench"));
run(process.execPath, [
  join(root, "bench", soak ? "soak.mjs" : "run.mjs"),
  ...(soak ? words.slice(1) : words),
]);
