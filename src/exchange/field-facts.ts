/**
 * Judges the headers that an app sends and makes their HTTP/1 lines. Apps send the same few lists again and
 * again, so the answer for a list is kept and recognised by its content.
 * Trick "known lists": bench/micro/field-facts.mjs.
 */
import { ContractError } from "../http/errors.ts";
import type { Headers } from "../pagi/scope.ts";

/** What the server needs to know about a list of response headers. */
export interface FieldFacts {
  /** The fields as HTTP/1 lines, connection-level ones left out. */
  readonly lines: string;
  readonly contentLength: number | undefined;
  readonly hasDate: boolean;
  /** The response speaks of upgrading, so `Connection` must name it (RFC 9110 §7.8). */
  readonly hasUpgrade: boolean;
  /** The app asked to close; it may, the rest of `Connection` is the server's. */
  readonly wantsClose: boolean;
  /** Connection-level fields that were left out (HEAD-10). */
  readonly stripped: readonly string[];
  /** The last head that was made with these fields; most apps send the same one again and again. */
  readonly knownHead: KnownHead;
}

/** A head as it was written, and what else it depended on. */
export interface KnownHead {
  key: number;
  length: number | undefined;
  dateLine: string;
  text: string;
  /** The fields as HTTP/2 takes them; only who makes it knows its shape. */
  block: object | undefined;
}

interface KnownList {
  readonly names: readonly string[];
  readonly values: readonly string[];
  readonly facts: FieldFacts;
}

const SLOTS = 64;
const MAX_KNOWN_CHARS = 2048;
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
// The class is "what a value may hold", so the control characters are the point.
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Fields that belong to the connection, not to the app (RFC 9110 §7.6.1, HEAD-9). */
export const CONNECTION_LEVEL: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "te",
]);

const known: (KnownList | undefined)[] = Array.from({ length: SLOTS }, () => undefined);

/** The facts of an empty list. */
export const NO_FIELDS: FieldFacts = {
  lines: "",
  contentLength: undefined,
  hasDate: false,
  hasUpgrade: false,
  wantsClose: false,
  stripped: [],
  knownHead: noHead(),
};

function noHead(): KnownHead {
  return { key: -1, length: undefined, dateLine: "", text: "", block: undefined };
}

/**
 * Checks a list of headers. Throws a `ContractError` (HEAD-1 to HEAD-4, HEAD-12) that names the field.
 *
 * @example
 * inspectFields([["content-type", "text/plain"]]).lines; // "content-type: text/plain\r\n"
 */
export function inspectFields(headers: Headers): FieldFacts {
  const slot = slotOf(headers);
  const entry = slot === -1 ? undefined : known[slot];
  if (entry !== undefined && isSame(entry, headers)) return entry.facts;
  const facts = examine(headers);
  if (slot !== -1 && facts.lines.length <= MAX_KNOWN_CHARS) {
    known[slot] = { names: headers.map((pair) => pair[0]), values: headers.map((pair) => pair[1]), facts };
  }
  return facts;
}

/** A slot by lengths alone, or -1 when the list is malformed and must be examined. */
function slotOf(headers: Headers): number {
  if (!Array.isArray(headers)) return -1;
  let sum = headers.length;
  for (let index = 0; index < headers.length; index++) {
    const value: unknown = (headers[index] as readonly unknown[] | undefined)?.[1];
    if (typeof value !== "string") return -1;
    sum = (sum * 31 + value.length) | 0;
  }
  return sum & (SLOTS - 1);
}

function isSame(entry: KnownList, headers: Headers): boolean {
  if (entry.names.length !== headers.length) return false;
  for (let index = 0; index < headers.length; index++) {
    const pair = headers[index]!;
    if (pair[0] !== entry.names[index] || pair[1] !== entry.values[index]) return false;
  }
  return true;
}

function examine(headers: Headers): FieldFacts {
  if (!Array.isArray(headers))
    throw new ContractError("HEAD-1", "headers must be a list of [name, value] pairs");
  let lines = "";
  let contentLength: number | undefined;
  const names = new Set<string>();
  const stripped: string[] = [];
  let connection = "";
  for (const pair of headers as Headers) {
    checkPair(pair);
    const [name, value] = pair;
    if (name === "content-length") contentLength = readLength(value, contentLength);
    if (name === "connection") connection += `,${value.toLowerCase()}`;
    if (CONNECTION_LEVEL.has(name)) stripped.push(name);
    else if (name !== "content-length" || !names.has(name)) lines += `${name}: ${value}\r\n`;
    names.add(name);
  }
  const wantsClose = connection.split(",").some((word) => word.trim() === "close");
  return {
    lines,
    contentLength,
    hasDate: names.has("date"),
    hasUpgrade: names.has("upgrade"),
    wantsClose,
    stripped,
    knownHead: noHead(),
  };
}

/** Fails instead of mending: what an app sends is never silently changed (HEAD-5). */
function checkPair(pair: readonly [string, string]): void {
  const [name, value]: readonly unknown[] = Array.isArray(pair) ? pair : [];
  if (!Array.isArray(pair) || pair.length !== 2 || typeof name !== "string" || typeof value !== "string") {
    throw new ContractError("HEAD-1", "every header must be a pair of two strings");
  }
  if (!NAME.test(name)) {
    throw new ContractError("HEAD-2", `header name ${JSON.stringify(name)} is not a lower-case token`);
  }
  if (!VALUE.test(value)) {
    throw new ContractError("HEAD-4", `header ${name} holds a control character or one above 0xff`);
  }
}

function readLength(value: string, earlier: number | undefined): number {
  const length = Number(value);
  const isLength = /^[0-9]+$/.test(value) && Number.isSafeInteger(length);
  if (!isLength || (earlier !== undefined && earlier !== length)) {
    throw new ContractError("HEAD-12", `content-length ${JSON.stringify(value)} is not one byte count`);
  }
  return length;
}
