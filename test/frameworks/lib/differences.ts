/** What may differ between our server and the framework's own, each with its reason; docs/frameworks.md lists them. */
import type { Row } from "./subject.js";

/** One allowed difference. */
export interface Difference {
  readonly subjects: readonly string[];
  readonly rows: readonly Row[];
  /** A header, or `the path in the body`: it names the whole path, the mount's prefix included. */
  readonly what: string;
  readonly reason: string;
}

/** Connection-level fields and the time: never compared. */
export const NEVER: readonly string[] = ["date", "connection", "keep-alive", "transfer-encoding"];

const EXPRESS = ["Express", "Express 4", "Feathers", "Nest on Express"];

export const DIFFERENCES: readonly Difference[] = [
  {
    subjects: [...EXPRESS, "Connect", "Nest on Fastify"],
    rows: ["routing", "404", "file"],
    what: "the path in the body",
    reason: "the page for what is not found names originalUrl, as below a mount of Express",
  },
  {
    subjects: ["h3"],
    rows: ["cookies"],
    what: "content-type",
    reason: "its response knows the type of a text once its body was looked at, which is done first here",
  },
];

/** The allowed differences of a row. */
export function allowed(subject: string, row: Row): readonly string[] {
  return DIFFERENCES.filter(({ subjects, rows }) => subjects.includes(subject) && rows.includes(row)).map(
    ({ what }) => what,
  );
}
