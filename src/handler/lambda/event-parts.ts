/** What the events of the gateways have in common: fields, paths, bodies. */
import { Buffer } from "node:buffer";
import { decodePath, pathBelow } from "../../http/path.ts";
import type { Headers } from "../../pagi/scope.ts";

/** Values by name, as JSON has them. */
export type Values = Readonly<Record<string, string | null | undefined>>;
/** Lists of values by name. */
export type MultiValues = Readonly<Record<string, readonly (string | null)[] | null | undefined>>;

/** Fields that speak of how the body came to the gateway, not of the body in the event. */
const FRAMING = new Set(["content-length", "transfer-encoding"]);

/**
 * The pairs of a request: names in lower case, values as byte strings, several cookie fields as one (HEAD-7), and
 * the length of the body that is in the event. Names with an underscore could not be told from those with a dash.
 */
export function requestHeaders(
  pairs: Iterable<readonly [string, string]>,
  body: Uint8Array | undefined,
): Headers {
  const headers: [string, string][] = [];
  let cookie: [string, string] | undefined;
  let isFramed = false;
  for (const [given, value] of pairs) {
    const name = given.toLowerCase();
    if (FRAMING.has(name)) {
      isFramed = true;
    } else if (name === "cookie" && cookie !== undefined) {
      cookie[1] += `; ${byteString(value)}`;
    } else if (!name.includes("_")) {
      const pair: [string, string] = [name, byteString(value)];
      if (name === "cookie") cookie = pair;
      headers.push(pair);
    }
  }
  if (body !== undefined || isFramed) headers.push(["content-length", String(body?.byteLength ?? 0)]);
  return headers;
}

/** The pairs of headers with one value each. */
export function* singlePairs(headers: Values | null | undefined): Generator<readonly [string, string]> {
  for (const [name, value] of Object.entries(headers ?? {}))
    if (typeof value === "string") yield [name, value];
}

/** The pairs of headers with lists of values. */
export function* multiPairs(headers: MultiValues): Generator<readonly [string, string]> {
  for (const [name, values] of Object.entries(headers)) {
    for (const value of values ?? []) yield [name, value ?? ""];
  }
}

/** JSON has text where HTTP has bytes. */
function byteString(value: string): string {
  return /^[\0-\xff]*$/.test(value) ? value : Buffer.from(value).toString("latin1");
}

/** The body of an event; an empty one is none. */
export function eventBody(body: unknown, isBase64Encoded: unknown): Uint8Array | undefined {
  if (typeof body !== "string" || body === "") return undefined;
  const bytes = Buffer.from(body, isBase64Encoded === true ? "base64" : "utf8");
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What a path becomes in a scope. */
export interface EventPath {
  readonly rawPath: string;
  readonly rootPath: string;
  readonly path: string;
}

/**
 * A path that came with its escapes, below the longest prefix of `prefixes` that it really begins with.
 * What cannot stand in a path is escaped, so that nothing takes it for a query.
 */
export function encodedPath(raw: string, prefixes: readonly string[]): EventPath {
  const rawPath = rooted(raw).replace(UNSAFE, percent);
  return { rawPath, ...belowPrefix(decodePath(rawPath), prefixes) };
}

/** A path whose escapes the gateway has decoded: how it was written is lost, what it means is not. */
export function decodedPath(given: string, prefixes: readonly string[]): EventPath {
  const path = rooted(given);
  return { rawPath: path.replace(NOT_PLAIN, percent), ...belowPrefix(path, prefixes) };
}

function belowPrefix(whole: string, prefixes: readonly string[]): Omit<EventPath, "rawPath"> {
  let rootPath = "";
  for (const prefix of prefixes) {
    if (prefix.length > rootPath.length && pathBelow(prefix, whole) !== undefined) rootPath = prefix;
  }
  return { rootPath, path: whole.slice(rootPath.length) };
}

function rooted(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}

// What no request line could have held.
const UNSAFE = /[^\x21\x22\x24-\x3e\x40-\x7e]/gu;
const UNSAFE_IN_QUERY = /[^\x21\x22\x24-\x7e]/gu;
// RFC 3986 3.3: what a path holds as it is.
const NOT_PLAIN = /[^\w.~!$&'()*+,;=:@/-]/gu;
const RESERVED = /[^\w.~-]/gu;

function percent(character: string): string {
  return Buffer.from(character).reduce(
    (text, byte) => `${text}%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
    "",
  );
}

/** A name or a value of a query, encoded (RFC 3986 2.1). */
export function encodeQueryWord(text: string): string {
  return text.replace(RESERVED, percent);
}

/** A query that came encoded; only what could not have been sent is escaped. */
export function encodedQuery(query: string): string {
  return query.replace(UNSAFE_IN_QUERY, percent);
}

/** `HTTP/1.1` in the words of a scope. */
export function httpVersion(protocol: unknown): "1.0" | "1.1" | "2" {
  if (protocol === "HTTP/1.0") return "1.0";
  return typeof protocol === "string" && protocol.startsWith("HTTP/2") ? "2" : "1.1";
}

/** The prefix `/stage`, where a stage has a place in paths: at the domain that the gateway has made up itself. */
export function stagePrefixes(stage: unknown, domain: unknown): readonly string[] {
  if (typeof stage !== "string" || stage === "" || stage === "$default") return [];
  return typeof domain === "string" && domain.includes(".execute-api.") ? [`/${stage}`] : [];
}
