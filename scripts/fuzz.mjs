/**
 * `npm run fuzz -- [--runs 1000000] [--seed n] [--connections 64]`: mutated requests against the reader and a
 * running server. The same seed gives the same requests; failures are saved below build/fuzz-failures.
 */
import { join } from "node:path";
import { compile, ensureBuilt, ensureInstalled, root, run } from "./lib/ready.mjs";

ensureInstalled();
ensureBuilt();
compile("test/tsconfig.json");
const program = join(root, "build", "test", "fuzz", "run.js");
run(process.execPath, ["--enable-source-maps", program, ...process.argv.slice(2)]);
