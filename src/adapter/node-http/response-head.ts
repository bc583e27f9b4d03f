/** Node only. The head of a hosted response, taken from what the app has set on it. */
import { type ServerResponse, STATUS_CODES, validateHeaderName, validateHeaderValue } from "node:http";
import type { Headers } from "../../pagi/scope.ts";

/** What `writeHead` was given besides the status: an object, a flat list or a list of pairs. */
export type GivenHeaders = Readonly<Record<string, unknown>> | readonly unknown[] | undefined | null;

/** A head on its way to the hub. */
export interface ReadHead {
  readonly status: number;
  readonly statusText: string | undefined;
  readonly headers: Headers;
  /** True when the app wants chunks: its body must get no length, also when it is known. */
  readonly isChunked: boolean;
  /** True when the app announced fields after the body and they can be sent. */
  readonly announcesTrailers: boolean;
}

/** Fields that belong to the connection; `connection: close` alone is passed on. */
const CONNECTION_LEVEL = ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "te"];

/**
 * The head of `response` at the moment it is decided. Throws node's own errors for names and values that no
 * header can have.
 */
export function readHead(response: ServerResponse, given: GivenHeaders): ReadHead {
  const { statusCode: status, statusMessage } = response;
  const pairs: [string, string][] = [];
  const set = response.getHeaders();
  let isEmpty = true;
  for (const name in set) {
    isEmpty = false;
    addField(pairs, name, set[name]);
  }
  // With anything set before, node merges what writeHead is given into it.
  if (isEmpty) addGiven(pairs, given);
  const hasNoBody = status === 204 || status === 205;
  const headers = hasNoBody ? pairs.filter(([name]) => name !== "content-length") : pairs;
  const isUsual = statusMessage === STATUS_CODES[status] || statusMessage === "unknown";
  return {
    status,
    statusText: isUsual ? undefined : statusMessage,
    headers,
    isChunked: "transfer-encoding" in set || (isEmpty && namesTransferEncoding(given)),
    announcesTrailers: announces(headers),
  };
}

/** Reads lines as node writes them, for interim responses and trailers. */
export function readLines(lines: string): Headers {
  const pairs: [string, string][] = [];
  for (const line of lines.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) pairs.push([line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]);
  }
  return pairs;
}

function addGiven(pairs: [string, string][], given: GivenHeaders): void {
  if (given === undefined || given === null) return;
  for (const [name, value] of entriesOf(given)) {
    validateHeaderName(name);
    for (const one of Array.isArray(value) ? value : [value]) validateHeaderValue(name, one as string);
    addField(pairs, name.toLowerCase(), value);
  }
}

function namesTransferEncoding(given: GivenHeaders): boolean {
  if (given === undefined || given === null) return false;
  for (const [name] of entriesOf(given)) if (name.toLowerCase() === "transfer-encoding") return true;
  return false;
}

function entriesOf(given: NonNullable<GivenHeaders>): Iterable<readonly [string, unknown]> {
  if (!Array.isArray(given)) return Object.entries(given);
  if (Array.isArray(given[0])) return given as readonly (readonly [string, unknown])[];
  const pairs: [string, unknown][] = [];
  for (let index = 0; index < given.length; index += 2) {
    pairs.push([String(given[index]), given[index + 1] as unknown]);
  }
  return pairs;
}

function addField(pairs: [string, string][], name: string, value: unknown): void {
  if (CONNECTION_LEVEL.includes(name)) {
    if (name === "connection" && /\bclose\b/i.test(String(value))) pairs.push([name, "close"]);
  } else if (Array.isArray(value)) {
    for (const one of value) pairs.push([name, tidy(one)]);
  } else {
    pairs.push([name, tidy(value)]);
  }
}

/** Spaces around a value are no part of it (RFC 9110 5.5). */
function tidy(value: unknown): string {
  const text = String(value);
  const isTidy = text.length === 0 || (text.charCodeAt(0) > 32 && text.charCodeAt(text.length - 1) > 32);
  return isTidy ? text : text.replace(/^[ \t]+|[ \t]+$/g, "");
}

function announces(headers: Headers): boolean {
  let isAnnounced = false;
  for (const [name] of headers) {
    if (name === "content-length") return false;
    if (name === "trailer") isAnnounced = true;
  }
  return isAnnounced;
}
