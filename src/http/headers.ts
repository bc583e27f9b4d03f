/**
 * Header lists of the contract: ordered pairs with lower-case names (RFC 9110 §5). Names are given in
 * any case; nothing here changes a list, a changed copy is returned.
 */
import { listMembers } from "./token.ts";

/** The same shape as `Headers` of the contract. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** What people write by hand: pairs, or an object in which several values make several fields. */
export type HeaderInput = HeaderPairs | Readonly<Record<string, string | readonly string[]>>;

/**
 * The pairs of what was written by hand, names in lower case.
 *
 * @example
 * headerPairs({ "Content-Type": "text/plain", "Set-Cookie": ["a=1", "b=2"] });
 * // [["content-type", "text/plain"], ["set-cookie", "a=1"], ["set-cookie", "b=2"]]
 */
export function headerPairs(input: HeaderInput): HeaderPairs {
  const entries = isPairs(input) ? input : Object.entries(input);
  return entries.flatMap(([name, value]) => {
    const values = typeof value === "string" ? [value] : value;
    return values.map((one): readonly [string, string] => [name.toLowerCase(), one]);
  });
}

/**
 * The first value of a field, or `undefined`.
 *
 * @example
 * getHeader([["content-type", "text/plain"]], "Content-Type"); // "text/plain"
 */
export function getHeader(headers: HeaderPairs, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (const pair of headers) if (pair[0] === wanted) return pair[1];
  return undefined;
}

/** Every value of a field, in order. */
export function getHeaders(headers: HeaderPairs, name: string): string[] {
  const wanted = name.toLowerCase();
  return headers.filter((pair) => pair[0] === wanted).map((pair) => pair[1]);
}

/**
 * All values of a field as one, joined with a comma (RFC 9110 §5.3), or `undefined` when there is none.
 * Not for `set-cookie`, whose values must stay apart.
 *
 * @example
 * joinHeader([["accept", "text/html"], ["accept", "text/plain"]], "accept"); // "text/html, text/plain"
 */
export function joinHeader(headers: HeaderPairs, name: string): string | undefined {
  const values = getHeaders(headers, name);
  return values.length === 0 ? undefined : values.join(", ");
}

/** True when the field is there at all, also with an empty value. */
export function hasHeader(headers: HeaderPairs, name: string): boolean {
  const wanted = name.toLowerCase();
  for (const pair of headers) if (pair[0] === wanted) return true;
  return false;
}

/**
 * One field with this value: in the place of the first one, all others removed, or at the end.
 *
 * @example
 * setHeader([["etag", '"a"'], ["date", "x"]], "etag", '"b"'); // [["etag", '"b"'], ["date", "x"]]
 */
export function setHeader(headers: HeaderPairs, name: string, value: string): HeaderPairs {
  const wanted = name.toLowerCase();
  const place = headers.findIndex((pair) => pair[0] === wanted);
  if (place === -1) return [...headers, [wanted, value]];
  return headers
    .map((pair, index): readonly [string, string] => (index === place ? [wanted, value] : pair))
    .filter((pair, index) => index === place || pair[0] !== wanted);
}

/** One more field at the end; those already there stay. */
export function appendHeader(headers: HeaderPairs, name: string, value: string): HeaderPairs {
  return [...headers, [name.toLowerCase(), value]];
}

/** The list without this field; the same list when it was not there. */
export function removeHeader(headers: HeaderPairs, name: string): HeaderPairs {
  const wanted = name.toLowerCase();
  return hasHeader(headers, wanted) ? headers.filter((pair) => pair[0] !== wanted) : headers;
}

/**
 * Adds a member to a list field such as `vary` unless it is there already, compared without case
 * (RFC 9110 §12.5.5). A `*` covers everything.
 *
 * @example
 * addHeaderMember([["vary", "origin"]], "vary", "accept-encoding"); // [["vary", "origin, accept-encoding"]]
 */
export function addHeaderMember(headers: HeaderPairs, name: string, member: string): HeaderPairs {
  const value = joinHeader(headers, name);
  if (value === undefined || value === "") return setHeader(headers, name, member);
  const known = listMembers(value).map((one) => one.toLowerCase());
  if (known.includes("*") || known.includes(member.toLowerCase())) return headers;
  return setHeader(headers, name, `${value}, ${member}`);
}

function isPairs(input: HeaderInput): input is HeaderPairs {
  return Array.isArray(input);
}
