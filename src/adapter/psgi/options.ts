/** Wrong options are refused when the app is wrapped, not when the first request comes. */
import { UsageError } from "../../http/errors.ts";
import type { FromPsgiOptions } from "../direct.ts";

const NAMES = new Set(["bufferInput", "multiprocess", "runOnce"]);

/** Throws a `UsageError` that names the wrong option. */
export function checkFromPsgiOptions(options: FromPsgiOptions): void {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name)) throw new UsageError(`fromPsgi: unknown option "${name}"`);
  }
  const limit = options.bufferInput;
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new UsageError(`fromPsgi: bufferInput must be a number of bytes, not ${String(limit)}`);
  }
}
