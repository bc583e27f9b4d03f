/** The same request to both sides, and whether the answers are the same. */
import assert from "node:assert/strict";
import type { ClientHead, ClientRequest, ClientResponse } from "#src/testing/index.js";
import { allowed, NEVER } from "./differences.js";
import { PREFIX, type Side, type Sides } from "./sides.js";

/** Asks both sides alike; gives back what ours answered when the other answered the same. */
export async function alike(
  sides: Sides,
  request: ClientRequest | ((side: Side) => ClientRequest | Promise<ClientRequest>),
): Promise<ClientResponse> {
  const asked = async (side: Side): Promise<ClientResponse> =>
    side.request(typeof request === "function" ? await request(side) : request);
  const ours = await asked(sides.ours);
  assert.equal(ours.complete, true);
  if (sides.plain !== undefined) same(sides, ours, await asked(sides.plain));
  return ours;
}

/** Fails unless status, headers and body are equal, allowed differences aside. */
function same(sides: Sides, ours: ClientResponse, plain: ClientResponse): void {
  sameHead(sides, ours, plain);
  assert.equal(ours.complete, plain.complete, "complete");
  const text = Buffer.from(ours.body).toString("latin1");
  const namesPath = allowed(sides.subject.name, sides.row).includes("the path in the body");
  const shown = namesPath ? text.replaceAll(PREFIX, "") : text;
  assert.equal(shown, Buffer.from(plain.body).toString("latin1"), "the body");
}

/** The same for a response whose body is still to come. */
export function sameHead(sides: Sides, ours: ClientHead, plain: ClientHead): void {
  const may = allowed(sides.subject.name, sides.row);
  assert.equal(ours.status, plain.status, "the status");
  const left = new Set([...NEVER, ...may]);
  if (may.includes("the path in the body")) for (const name of ["content-length", "etag"]) left.add(name);
  // The framing is the server's: a body that is there at once has a length.
  if (!plain.headers.some(([name]) => name === "content-length")) left.add("content-length");
  assert.deepEqual(fieldsOf(ours, left), fieldsOf(plain, left));
}

/** Sorted by name; fields of one name stay in order. */
function fieldsOf({ headers }: ClientHead, left: ReadonlySet<string>) {
  return headers.filter(([name]) => !left.has(name)).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
}
