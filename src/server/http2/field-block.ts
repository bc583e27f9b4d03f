/** Fields as node:http2 takes them: one object, with a list where a name comes more than once. */
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
 * A list of headers without those that belong to the connection (HEAD-10), values without the blanks around them
 * (RFC 9113 §8.2.1).
 *
 * @example
 * fieldBlock([["set-cookie", "a=1"], ["set-cookie", "b=2"]]); // { "set-cookie": ["a=1", "b=2"] }
 */
export function fieldBlock(headers: Headers): OutgoingHttpHeaders {
  const block: Record<string, string | string[]> = {};
  for (const [name, value] of headers) {
    if (CONNECTION_LEVEL.has(name) || name === "upgrade" || name === "http2-settings") continue;
    const earlier = block[name];
    const trimmed = value.replace(BLANKS_AROUND, "");
    if (earlier === undefined) block[name] = trimmed;
    else if (name === "content-length") continue;
    else if (Array.isArray(earlier)) earlier.push(trimmed);
    else block[name] = [earlier, trimmed];
  }
  return block;
}

/**
 * The same with one value for each name: an older node refuses to send some names twice. A list and its joined form
 * mean the same (RFC 9110 §5.3), but for cookies, of which node takes several.
 */
export function joinedBlock(block: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(block).map(([name, value]) => [
      name,
      Array.isArray(value) && name !== "set-cookie" ? value.join(", ") : value,
    ]),
  );
}

const BLANKS_AROUND = /^[ \t]+|[ \t]+$/g;
