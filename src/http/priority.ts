/** How urgent a client finds a response (RFC 9218). */

import type { PriorityExtension } from "../pagi/extension.ts";

const DEFAULT: PriorityExtension = Object.freeze({ urgency: 3, incremental: false });
const MEMBER = /^[ \t]*(u|i)(?:=(\?[01]|-?\d+))?[ \t]*(?:;.*)?$/;

/**
 * Reads the value of a `priority` field, several fields joined by commas. What is malformed or out of range is as if it
 * had not been sent (RFC 9218 §4); of a repeated member the last counts.
 *
 * @example
 * readPriority("u=1, i"); // { urgency: 1, incremental: true }
 * readPriority(undefined); // { urgency: 3, incremental: false }
 */
export function readPriority(value: string | undefined): PriorityExtension {
  if (value === undefined) return DEFAULT;
  let { urgency, incremental } = DEFAULT;
  for (const member of value.split(",")) {
    const [, key, given] = MEMBER.exec(member) ?? [];
    if (key === "u") urgency = urgencyOf(given);
    else if (key === "i") incremental = given === undefined || given === "?1";
  }
  return { urgency, incremental };
}

function urgencyOf(given: string | undefined): number {
  return given !== undefined && /^[0-7]$/.test(given) ? Number(given) : DEFAULT.urgency;
}
