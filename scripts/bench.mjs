/**
 * `npm run bench`: builds, installs the servers to compare with, and measures. Words after `--` go to the
 * bench; a first word `soak` runs the growth check instead, `streams` the one for event streams.
 */
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, run } from "./lib/ready.mjs";

const words = process.argv.slice(2);
const soak = words[0] === "soak";
const streams = words[0] === "streams";

ensureInstalled();
ensureBuilt("tsconfig.json", ["src", "tsconfig.json", "tsconfig.base.json"], "dist");
// The streams are compared with nobody.
if (!streams) ensureInstalled(join(root, "bench"));
const program = soak ? "soak.mjs" : streams ? "streams.mjs" : "run.mjs";
run(process.execPath, [join(root, "bench", program), ...(soak || streams ? words.slice(1) : words)]);
