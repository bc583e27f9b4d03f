/** Errors that nobody waits for go to the server's log. */
import type { Logger } from "../../pagi/extension.ts";
import type { Report } from "./source.ts";

const NOBODY: Report = () => undefined;
const reports = new WeakMap<Logger, Report>();

/** A report to `logger`, or to nobody when the server has none. */
export function reportTo(logger: Logger | undefined): Report {
  if (logger === undefined) return NOBODY;
  let report = reports.get(logger);
  if (report === undefined) {
    report = (what, error) => logger({ level: "error", message: `${what}: ${describe(error)}` });
    reports.set(logger, report);
  }
  return report;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
