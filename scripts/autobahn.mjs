/**
 * `npm run autobahn`: plays every case of the Autobahn test suite as often as the original does; minutes, where the
 * tests take seconds. Arguments choose tests by their names.
 */
import { spawnSync } from "node:child_process";

const pattern = process.argv.slice(2).map((word) => `--test-name-pattern=${word}`);
const environment = { ...process.env, TACK_AUTOBAHN: "full" };
const options = { stdio: "inherit", env: environment };
for (const project of ["tsconfig.json", "test/tsconfig.json"]) {
  const built = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project], options);
  if (built.status !== 0) process.exit(built.status ?? 1);
}
const args = ["--enable-source-maps", "--test", ...pattern, "build/test/websocket/autobahn.test.js"];
process.exitCode = spawnSync(process.execPath, args, options).status ?? 1;
