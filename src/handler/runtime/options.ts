/** What the handlers of other runtimes are made with. */
import { checkOptions, type OptionKind } from "../../http/check-options.ts";
import { LIMIT_OPTIONS } from "../../server/limit-options.ts";
import type { ServeOptions } from "../../server/server.ts";

/** Options of a handler whose listener is the runtime's own. */
export type RuntimeOptions = Pick<
  ServeOptions,
  "listen" | "rootPath" | "log" | "graceMs" | "lifespanTimeoutMs" | "maxBodyBytes"
>;

const KINDS: Readonly<Record<string, OptionKind>> = {
  // The launcher hands every limit to every handler; those that are not named above are the runtime's to set.
  ...Object.fromEntries(Object.keys(LIMIT_OPTIONS).map((name) => [name, "number"] as const)),
  backlog: "number",
  listen: "object",
  rootPath: "string",
  log: "function",
};

/** Throws a `UsageError` that names the handler and the wrong option. */
export function checkRuntimeOptions(handler: string, options: RuntimeOptions): void {
  checkOptions(handler, options, KINDS);
}
