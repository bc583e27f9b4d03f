/** Node only. The head of a hosted response, taken from what the app has set on it. */
import {
  OutgoingMessage,
  type ServerResponse,
  STATUS_CODES,
  validateHeaderName,
  validateHeaderValue,
} from "node:http";
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

/**
 * The head of `response` at the moment it is decided. Throws node's own errors for names and values that no
 * header can have.
 */
export function readHead(response: ServerResponse, given: GivenHeaders): ReadHead {
  const { statusCode: status, statusMessage } = response;
  const list = new FieldList(status === 204 || status === 205);
  const set = fieldsOf(response);
  let isEmpty = true;
  for (const name in set) {
    isEmpty = false;
    list.add(name, KEPT === undefined ? set[name] : (set[name] as readonly unknown[])[1]);
  }
  // With anything set before, node merges what writeHead is given into it.
  if (isEmpty) addGiven(list, given);
  const isUsual = statusMessage === STATUS_CODES[status] || statusMessage === "unknown";
  return {
    status,
    statusText: isUsual ? undefined : statusMessage,
    headers: list.pairs,
    isChunked: list.isChunked,
    announcesTrailers: list.hasTrailer && !list.hasLength,
  };
}

/** Node's own record of the fields, each a list of its name as given and its value. */
const KEPT = Object.getOwnPropertySymbols(new OutgoingMessage()).find(
  (symbol) => symbol.description === "kOutHeaders",
);

/**
 * Trick "no copy": `getHeaders` copies the record, this is the record; bench servers tack-express, tack-koa and
 * tack-fastify, workload hello. Where node keeps it elsewhere the copy does.
 */
function fieldsOf(response: ServerResponse): Readonly<Record<string, unknown>> | null {
  if (KEPT === undefined) return response.getHeaders();
  return (response as unknown as Record<symbol, Record<string, unknown> | null>)[KEPT]!;
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

function addGiven(list: FieldList, given: GivenHeaders): void {
  if (given === undefined || given === null) return;
  for (const [name, value] of entriesOf(given)) {
    validateHeaderName(name);
    for (const one of Array.isArray(value) ? value : [value]) validateHeaderValue(name, one as string);
    list.add(name.toLowerCase(), value);
  }
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

/** The fields that go on, and what they say of the body. */
class FieldList {
  readonly pairs: [string, string][] = [];
  readonly #isWithoutBody: boolean;
  isChunked = false;
  hasLength = false;
  hasTrailer = false;

  constructor(isWithoutBody: boolean) {
    this.#isWithoutBody = isWithoutBody;
  }

  add(name: string, value: unknown): void {
    switch (name) {
      case "connection":
        if (/\bclose\b/i.test(String(value))) this.pairs.push([name, "close"]);
        return;
      case "transfer-encoding":
        this.isChunked = true;
        return;
      case "keep-alive":
      case "proxy-connection":
      case "te":
        return;
      case "content-length":
        if (this.#isWithoutBody) return;
        this.hasLength = true;
        break;
      case "trailer":
        this.hasTrailer = true;
    }
    if (!Array.isArray(value)) this.pairs.push([name, tidy(value)]);
    else for (const one of value) this.pairs.push([name, tidy(one)]);
  }
}

/** Spaces around a value are no part of it (RFC 9110 5.5). */
function tidy(value: unknown): string {
  const text = typeof value === "string" ? value : String(value);
  const isTidy = text.length === 0 || (text.charCodeAt(0) > 32 && text.charCodeAt(text.length - 1) > 32);
  return isTidy ? text : text.replace(/^[ \t]+|[ \t]+$/g, "");
}
