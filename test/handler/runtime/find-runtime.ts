/** Where another runtime is installed: its own variable first, then PATH, then the cache of `scripts/matrix.mjs`. */
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The path of the program, or `undefined`. */
export function findRuntime(name: "bun" | "deno" | "workerd"): string | undefined {
  const given = process.env[name.toUpperCase()];
  if (given !== undefined && given !== "") return given;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const cache = join(tmpdir(), "tack-runtimes", name, "node_modules", ".bin");
  return [...folders, cache].map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
