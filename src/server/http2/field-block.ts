/** Fields as node:http2 takes them: one object. */
import type { OutgoingHttpHeaders } from "node:http2";
import { CONNECTION_LEVEL } from "../../exchange/field-facts.ts";
import type { ResponseHead } from "../../exchange/wire.ts";
import type { Headers } from "../../pagi/scope.ts";

/** Node takes no status above it. */
const MOST_STATUS = 599;

/**
 * The fields of a final response. The object is kept with the facts of the list it came from, and what differs from
 * response to response is set anew: node copies it.
 * Trick "kept block": bench server tack-pagi, workload h2-hello.
 */
export function headBlock(head: ResponseHead, date: string): OutgoingHttpHeaders {
  const { fields, length } = head;
  const { knownHead } = fields;
  const block = (knownHead.block ??= freshBlock(head.headers)) as OutgoingHttpHeaders;
  block[":status"] = head.status > MOST_STATUS ? 500 : head.status;
  if (!fields.hasDate) block["date"] = date;
  // Node leaves out what is undefined.
  if (fields.contentLength === undefined) block["content-length"] = length;
  return block;
}

function freshBlock(headers: Headers): OutgoingHttpHeaders {
  const block: OutgoingHttpHeaders = { ":status": 200, ...fieldBlock(headers) };
  block["date"] ??= undefined;
  block["content-length"] ??= undefined;
  return block;
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
    if (CONNECTION_LEVEL.has(name) || name === "upgrade" || name === "http2-settings") continue;
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
