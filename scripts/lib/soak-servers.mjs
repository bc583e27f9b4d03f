/** The two ways to restart a server under load, with the same face: `port`, `restart()`, `stop()`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { root } from "./ready.mjs";

const appFile = fileURLToPath(new URL("soak-app.mjs", import.meta.url));
const childFile = fileURLToPath(new URL("soak-child.mjs", import.meta.url));

/** `tackup --reload`: a restart is a changed app file; the launcher swaps the process. */
export async function reloading(folder) {
  const file = join(folder, "app.mjs");
  const source = readFileSync(appFile, "utf8");
  writeFileSync(file, source);
  const words = [join(root, "bin", "tackup.mjs"), "--port", "0", "--reload", "--reload-delay-ms", "20"];
  const env = { ...process.env, TACK_SOAK_FOLDER: folder };
  const child = spawn(process.execPath, words, { cwd: folder, env, stdio: ["ignore", "inherit", "pipe"] });
  const voice = new Voice(child);
  const [, port] = await voice.says(/accepting connections at \S+:([0-9]+)/);
  let version = 0;
  return {
    port: Number(port),
    async restart() {
      voice.forget();
      writeFileSync(file, `${source}// version ${++version}\n`);
      await voice.says(/reloaded in/);
    },
    stop: () => ended(child),
  };
}

/** What a process says on its standard error. */
class Voice {
  #child;
  #said = "";
  #tell;

  constructor(child) {
    this.#child = child;
    child.once("exit", () => this.#tell?.());
    child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#said += text;
      this.#tell?.();
    });
  }

  forget() {
    this.#said = "";
  }

  async says(pattern) {
    for (;;) {
      const match = pattern.exec(this.#said);
      if (match !== null) return match;
      if (this.#child.exitCode !== null) throw new Error(`the server ended: ${this.#said}`);
      await new Promise((resolve) => (this.#tell = resolve));
    }
  }
}

/** The standalone handler on an inherited socket: stopped whole, then started anew; meanwhile the kernel queues. */
export async function restarting(folder) {
  const { bindSocket } = await import(pathToFileURL(join(root, "dist/server/bound-socket.js")).href);
  const socket = await bindSocket({ kind: "tcp", host: "127.0.0.1", port: 0 });
  const start = async () => {
    const env = { ...process.env, TACK_SOAK_FOLDER: folder };
    const stdio = ["ignore", "inherit", "inherit", socket.fd, "ipc"];
    const child = spawn(process.execPath, [childFile], { env, stdio });
    await once(child, "message");
    return child;
  };
  let child = await start();
  return {
    port: socket.target.port,
    async restart() {
      await ended(child);
      child = await start();
    },
    async stop() {
      await ended(child);
      socket.close();
    },
  };
}

async function ended(child) {
  const exit = once(child, "exit");
  child.kill("SIGTERM");
  const [code, signal] = await exit;
  if (code !== 0) throw new Error(`a server ended with ${code ?? signal}`);
}
