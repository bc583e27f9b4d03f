/** Conditional requests: what a request's preconditions ask for (RFC 9110 §13). */
import { parseDate } from "./date.ts";
import { parseTags, strongMatch, weakMatch } from "./etag.ts";

/** What identifies the current state of a resource. */
export interface Validators {
  readonly etag?: string;
  /** Milliseconds since 1970; compared by whole seconds. */
  readonly modified?: number;
}

/** The conditional fields of a request, by lower-case name. */
export type FieldReader = (name: string) => string | undefined;

/**
 * Evaluates the preconditions in the order of RFC 9110 §13.2.2: `304` and `412` are the status to answer with,
 * `200` means go on.
 *
 * @example
 * const status = evaluatePreconditions("GET", (name) => getHeader(scope.headers, name), { etag: '"v1"' });
 */
export function evaluatePreconditions(method: string, field: FieldReader, now: Validators): 200 | 304 | 412 {
  const safe = method === "GET" || method === "HEAD";
  if (!stillMatches(field, now)) return 412;
  const noneMatch = field("if-none-match");
  if (noneMatch !== undefined) return matchesAny(noneMatch, now.etag, weakMatch) ? (safe ? 304 : 412) : 200;
  const since = dateOf(field("if-modified-since"));
  return safe && since !== undefined && now.modified !== undefined && seconds(now.modified) <= seconds(since)
    ? 304
    : 200;
}

/**
 * True when a `Range` may be answered with a part: `If-Range` is absent or names exactly the current state
 * (RFC 9110 §13.1.5). A weak tag never does.
 */
export function allowsRange(field: FieldReader, now: Validators): boolean {
  const condition = field("if-range");
  if (condition === undefined) return true;
  if (condition.endsWith('"')) return now.etag !== undefined && strongMatch(condition, now.etag);
  const date = dateOf(condition);
  return date !== undefined && now.modified !== undefined && seconds(date) === seconds(now.modified);
}

function stillMatches(field: FieldReader, now: Validators): boolean {
  const match = field("if-match");
  if (match !== undefined) return matchesAny(match, now.etag, strongMatch);
  const since = dateOf(field("if-unmodified-since"));
  return since === undefined || now.modified === undefined || seconds(now.modified) <= seconds(since);
}

function matchesAny(
  value: string,
  etag: string | undefined,
  same: (one: string, other: string) => boolean,
): boolean {
  const tags = parseTags(value);
  if (tags === "*") return true;
  return etag !== undefined && tags.some((tag) => same(tag, etag));
}

function dateOf(value: string | undefined): number | undefined {
  return value === undefined ? undefined : parseDate(value);
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
