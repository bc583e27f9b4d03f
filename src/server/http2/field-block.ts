/** Fields as node:http2 takes them: one list, or one object. */
import type { OutgoingHttpHeaders } from "node:http2";
import { CONNECTION_LEVEL } from "../../exchange/field-facts.ts";
import type { ResponseHead } from "../../exchange/wire.ts";
import type { Headers } from "../../pagi/scope.ts";

/** Node takes no status above it. */
const MOST_STATUS = 599;

/**
 * The fields of a final response as one list of names and values in turn, which only newer nodes take. The list is kept
 * with the facts of the headers it came from, and what differs from response to response is set anew.
 * Trick "kept list": spares node two copies of every head; bench workload h2-hello.
 */
export function headList(head: ResponseHead, date: string): (string | number | undefined)[] {
  const { fields, length } = head;
  const { knownHead } = fields;
  const list = (knownHead.block ??= freshList(head)) as (string | number | undefined)[];
  let at = list.length - 1;
  if (fields.contentLength === undefined) {
    // Node leaves out what is undefined.
    list[at] = length;
    at -= 2;
  }
  if (!fields.hasDate) list[at] = date;
  list[1] = statusOf(head);
  return list;
}

function freshList({ fields, headers }: ResponseHead): (string | number | undefined)[] {
  const list: (string | number | undefined)[] = [":status", 200];
  let hasLength = false;
  for (const [name, value] of headers) {
    if (isConnectionLevel(name) || (name === "content-length" && hasLength)) continue;
    hasLength ||= name === "content-length";
    list.push(name, value.replace(BLANKS_AROUND, ""));
  }
  if (!fields.hasDate) list.push("date", undefined);
  if (fields.contentLength === undefined) list.push("content-length", undefined);
  return list;
}

/** The same as one object, which every node takes. */
export function headBlock(head: ResponseHead, date: string): OutgoingHttpHeaders {
  const block: OutgoingHttpHeaders = { ":status": statusOf(head), ...fieldBlock(head.headers) };
  block["date"] ??= date;
  if (head.length !== undefined) block["content-length"] ??= head.length;
  return block;
}

function statusOf({ status }: ResponseHead): number {
  return status > MOST_STATUS ? 500 : status;
}

function isConnectionLevel(name: string): boolean {
  return CONNECTION_LEVEL.has(name) || name === "upgrade" || name === "http2-settings";
}

/**
 * A list of headers without those that belong to the connection (HEAD-10), in its order, values without the blanks
 * around them (RFC 9113 §8.2.1). Of a name that comes again each is spelled in another way: node makes all of them
 * lower case, and keeps them apart and in place (HEAD-6).
 *
 * @example
 * fieldBlock([["set-cookie", "a=1"], ["x-a", "1"], ["set-cookie", "b=2"]]);
 * // { "set-cookie": "a=1", "x-a": "1", "Set-cookie": "b=2" }
 */
export function fieldBlock(headers: Headers): OutgoingHttpHeaders {
  const block: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (isConnectionLevel(name)) continue;
    const trimmed = value.replace(BLANKS_AROUND, "");
    if (!(name in block)) block[name] = trimmed;
    else if (name !== "content-length") addAgain(block, name, trimmed);
  }
  return block;
}

/** A name that is too short for yet another spelling gets its values joined, which means the same (RFC 9110 §5.3). */
function addAgain(block: Record<string, string>, name: string, value: string): void {
  for (let bits = 1; bits < 2 ** name.length; bits++) {
    const spelling = spelled(name, bits);
    if (spelling in block) continue;
    block[spelling] = value;
    return;
  }
  block[name] += `, ${value}`;
}

/** The letters whose bits are set as capitals. */
function spelled(name: string, bits: number): string {
  return Array.from(name, (char, at) => (at < 31 && (bits >> at) & 1 ? char.toUpperCase() : char)).join("");
}

/**
 * Gives a block to what sends it; once more with joined values where that throws, as an older node does for some names
 * that come twice, such as `etag`.
 *
 * @example
 * sendBlock(fieldBlock(trailers), (fields) => stream.sendTrailers(fields));
 */
export function sendBlock(block: OutgoingHttpHeaders, send: (block: OutgoingHttpHeaders) => void): void {
  try {
    send(block);
  } catch {
    send(joinedBlock(block));
  }
}

/** The same with one value for each name but `set-cookie`; joined they mean the same (RFC 9110 §5.3). */
function joinedBlock(block: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const joined: OutgoingHttpHeaders = {};
  for (const [spelling, value] of Object.entries(block)) {
    const name = spelling.toLowerCase();
    const mayRepeat = name === "set-cookie" || joined[name] === undefined || value === undefined;
    if (mayRepeat) joined[name === "set-cookie" ? spelling : name] = value;
    else joined[name] = `${String(joined[name])}, ${String(value)}`;
  }
  return joined;
}

const BLANKS_AROUND = /^[ \t]+|[ \t]+$/g;
