/** What the handlers of other runtimes are made with. */
import { checkOptions, type OptionKind } from "../../http/check-options.ts";
import type { SessionLimits } from "../../exchange/frame-codec.ts";
import { LIMIT_OPTIONS } from "../../server/limit-options.ts";
import type { ServeOptions } from "../../server/server.ts";

/** Options of a handler whose listener is the runtime's own. */
export type RuntimeOptions = Pick<
  ServeOptions,
  "listen" | "rootPath" | "log" | "graceMs" | "lifespanTimeoutMs" | "maxBodyBytes" | keyof SessionLimits
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

/** The limits of WebSocket sessions among the options; the others are the defaults. */
export function sessionLimits(options: RuntimeOptions): Partial<SessionLimits> {
  const set = SESSION_LIMIT_NAMES.filter((name) => options[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, options[name]]));
}

const SESSION_LIMIT_NAMES = [
  "maxMessageBytes",
  "maxReceiveQueue",
  "maxQueuedBodyBytes",
  "acceptTimeoutMs",
  "closeTimeoutMs",
  "sessionIdleTimeoutMs",
  "stopCloseCode",
] as const satisfies readonly (keyof SessionLimits)[];
