/** Heads of PSGI responses: checked, and turned into what is sent (RES-*). */
import type { Headers } from "../../pagi/scope.ts";
import type { HttpResponseStart } from "../../pagi/event.ts";
import type { PsgiHead, PsgiHeaders, PsgiTriple } from "../../psgi/response.ts";
import { ContractError } from "../../http/errors.ts";
import { checkBody } from "./body.ts";
import { kindOf } from "./pieces.ts";

const NAME_CACHE_LIMIT = 1024;
const lowerNames = new Map<string, string>();

/** Throws which rule `value` breaks unless it is a whole response. */
export function checkTriple(value: unknown): asserts value is PsgiTriple {
  if (!Array.isArray(value) || value.length !== 3) {
    throw new ContractError(
      "APP-2",
      `a response is [status, headers, body] or a function, not ${kindOf(value)}`,
    );
  }
  checkHead(value);
  checkBody(value[2]);
}

/** Throws which rule `value` breaks unless it begins with a status and headers. */
export function checkHead(value: readonly unknown[]): asserts value is PsgiHead {
  const [status, headers] = value;
  if (!Number.isInteger(status) || (status as number) < 200 || (status as number) > 999) {
    throw new ContractError("RES-1", `a status is an integer from 200 to 999, not ${String(status)}`);
  }
  if (!Array.isArray(headers) || headers.length % 2 !== 0) {
    throw new ContractError("RES-2", `headers are one flat array of even length, not ${kindOf(headers)}`);
  }
}

/** The start event for a checked head. */
export function startOf(status: number, headers: PsgiHeaders): HttpResponseStart {
  return { type: "http.response.start", status, headers: toPairs(headers) };
}

/**
 * Pairs with lower-case names from a flat list.
 *
 * @example
 * toPairs(["Content-Type", "text/plain"]); // [["content-type", "text/plain"]]
 */
export function toPairs(flat: PsgiHeaders): Headers {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    pairs.push([lowerName(flat[index]!), flat[index + 1]!]);
  }
  return pairs;
}

/** A flat list from pairs. */
export function toFlat(pairs: Headers): string[] {
  const flat: string[] = [];
  for (const [name, value] of pairs) flat.push(name, value);
  return flat;
}

function lowerName(name: string): string {
  const known = lowerNames.get(name);
  if (known !== undefined) return known;
  if (typeof name !== "string")
    throw new ContractError("RES-2", `a header name is a string, not ${kindOf(name)}`);
  const lower = name.toLowerCase();
  // RES-3: `Status` is how CGI says its status; on the wire it would only mislead.
  if (lower === "status") throw new ContractError("RES-3", "no header is named Status");
  if (lowerNames.size < NAME_CACHE_LIMIT) lowerNames.set(name, lower);
  return lower;
}
