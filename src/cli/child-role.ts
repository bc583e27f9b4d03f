/** What a server process knows when a launcher process owns its sockets, and what the two say to each other. */
import type { Settings } from "./settings.ts";

const VARIABLE = "TACK_CHILD_ROLE";

/** Sent by a child when it accepts connections. */
export const READY_MESSAGE = "tack.ready";

/** Sent by a child that stops, as soon as it accepts no more. */
export const CLOSED_MESSAGE = "tack.closed";

/** The part a child plays. */
export interface ChildRole {
  /** The inherited descriptors, as listen URLs. */
  readonly listen: readonly string[];
}

/** The environment of a child with this role. Node reports each module the child loads because of the second. */
export function roleEnvironment(role: ChildRole): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(role), WATCH_REPORT_DEPENDENCIES: "1" };
}

/** This process's role, if it is a child. Takes it out of the environment: grandchildren have none. */
export function takeRole(environment: Record<string, string | undefined>): ChildRole | undefined {
  const text = environment[VARIABLE];
  if (text === undefined) return undefined;
  delete environment[VARIABLE];
  return JSON.parse(text) as ChildRole;
}

/** Ends Node's reports, which processes that the app starts would make, too. */
export function endReports(environment: Record<string, string | undefined>): void {
  delete environment["WATCH_REPORT_DEPENDENCIES"];
}

/** The settings as the role changes them: it listens on what it inherited and reloads nothing itself. */
export function settingsFor(role: ChildRole, settings: Settings): Settings {
  const options = { ...settings.options, listen: role.listen, reload: false, watch: [] };
  return { ...settings, options, warnings: [] };
}
