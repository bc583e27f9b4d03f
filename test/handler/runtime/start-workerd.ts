/** Starts workerd with a module of the test and the compiled modules it imports. */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** The folder of the compiled sources; seen from a module of the test it is `./dist`. */
const dist = fileURLToPath(new URL("../../../../dist/", import.meta.url));

/** A running workerd. */
export interface Workerd {
  readonly url: string;
  close(): Promise<void>;
}

/** What a worker is given besides its source. */
export interface WorkerSetting {
  /** Modules of the test, by the names they are imported by. */
  readonly modules?: Readonly<Record<string, string>>;
  /** Its variables. */
  readonly bindings?: Readonly<Record<string, string>>;
}

/** Runs `source` as the worker, which may connect to this machine. Rejects with what workerd says when it does not start. */
export async function startWorkerd(
  program: string,
  source: string,
  { modules = {}, bindings = {} }: WorkerSetting = {},
): Promise<Workerd> {
  const folder = mkdtempSync(join(tmpdir(), "tack-workerd-"));
  const config = join(folder, "config.capnp");
  writeFileSync(config, configOf(modulesOf(source, modules), bindings));
  const child = spawn(program, ["serve", config, "--control-fd=3"], {
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const close = async (): Promise<void> => {
    // Asked politely it would wait for whatever an app still does.
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  };
  let complaints = "";
  child.stderr!.on("data", (data: Buffer) => (complaints += data.toString()));
  child.stdout!.resume();
  const port = await Promise.race([listenedPort(child.stdio[3] as Readable), ended.then(() => undefined)]);
  if (port !== undefined) return { url: `http://127.0.0.1:${port}`, close };
  await close();
  throw new Error(`workerd did not start: ${complaints}`);
}

/** workerd writes a line of JSON for each socket it listens on. */
async function listenedPort(control: Readable): Promise<number | undefined> {
  for await (const line of createInterface({ input: control })) {
    const { event, port } = JSON.parse(line) as { readonly event: string; readonly port: number };
    if (event === "listen") return port;
  }
  return undefined;
}

/** The modules by name, the worker first; those of the house are found by following imports. */
function modulesOf(source: string, given: Readonly<Record<string, string>>): Map<string, string> {
  const modules = new Map([["worker.js", source], ...Object.entries(given)]);
  for (const [name, text] of modules) {
    for (const [, specifier = ""] of text.matchAll(/^(?:import|export)\b[^"';]*["'](\.[^"']+)["']/gm)) {
      const found = posix.join(dirname(name), specifier);
      if (!modules.has(found))
        modules.set(found, readFileSync(join(dist, found.slice("dist/".length)), "utf8"));
    }
  }
  return modules;
}

function configOf(modules: ReadonlyMap<string, string>, bindings: Readonly<Record<string, string>>): string {
  const variables = Object.entries(bindings).map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(text)})`,
  );
  const list = [...modules].map(
    ([name, text]) => `(name = ${JSON.stringify(name)}, esModule = ${JSON.stringify(text)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private"]))
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")]
);
const worker :Workerd.Worker = (
  modules = [${list.join(",\n")}],
  bindings = [${variables.join(", ")}],
  compatibilityDate = "2026-01-01",
  compatibilityFlags = ["enable_request_signal"]
);
`;
}
