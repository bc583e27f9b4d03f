/** `npm start`: installs and builds what is missing, then serves the tour. PORT chooses the port. */
import { ensureBuilt, ensureInstalled, compile, root } from "./lib/ready.mjs";
import { spawn } from "node:child_process";
import { join } from "node:path";

ensureInstalled();
ensureBuilt();
compile("examples/tsconfig.json");

const args = ["--enable-source-maps", join(root, "build", "examples", "tour", "serve.js")];
const tour = spawn(process.execPath, args, { cwd: root, stdio: "inherit" });
// The terminal sends its signals to the tour as well; this process only waits for its end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => tour.kill(signal));
tour.on("exit", (code, signal) => {
  process.exitCode = code ?? (signal === null ? 1 : 0);
});
