/** Compares a response with what a wire case expects. */
import { Buffer } from "node:buffer";
import { isDeepStrictEqual } from "node:util";
import { ClosedError } from "../http/errors.ts";
import { type ResponseReader, type SeenHead, valuesOf } from "./response-reader.ts";
import type { WireCheck, WireExpectation } from "./wire-case.ts";
import { escapeWire } from "./wire-text.ts";

/** Throws when the status is not one of the expected. */
export function checkHead(expectation: WireExpectation, head: SeenHead): void {
  if (expectation.statuses.includes(head.status)) return;
  throw new Error(`status ${head.status} ${head.statusText}, expected ${expectation.statuses.join(" or ")}`);
}

/** Reads the body and throws at the first check that does not hold. */
export async function checkResponse(
  expectation: WireExpectation,
  head: SeenHead,
  reader: ResponseReader,
): Promise<void> {
  const { body, cut } = await readAll(reader);
  const expectsCut = expectation.checks.some((check) => check.check === "framing" && check.framing === "cut");
  if (cut && !expectsCut) throw new Error(`the body was cut after ${escapeWire(body)}`);
  for (const check of expectation.checks) {
    const seen: Seen = { head, body, cut, reader };
    const problem = differs(check, seen);
    if (problem !== undefined) throw new Error(`${head.status} response: ${problem}`);
  }
}

interface Seen {
  readonly head: SeenHead;
  readonly body: Buffer;
  readonly cut: boolean;
  readonly reader: ResponseReader;
}

async function readAll(reader: ResponseReader): Promise<{ body: Buffer; cut: boolean }> {
  const pieces: Uint8Array[] = [];
  try {
    for (let piece = await reader.read(); piece !== undefined; piece = await reader.read())
      pieces.push(piece);
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
    return { body: Buffer.concat(pieces), cut: true };
  }
  return { body: Buffer.concat(pieces), cut: false };
}

function differs(check: WireCheck, seen: Seen): string | undefined {
  switch (check.check) {
    case "header":
      return fieldDiffers(check.name, check.value, valuesOf(seen.head.headers, check.name));
    case "trailer":
      return fieldDiffers(check.name, check.value, valuesOf(seen.reader.trailers, check.name));
    case "absent": {
      const values = valuesOf(seen.head.headers, check.name);
      return values.length === 0 ? undefined : `${check.name} must be absent, is ${values.join(" and ")}`;
    }
    case "body":
      return seen.body.equals(check.bytes) ? undefined : `body ${escapeWire(seen.body)}`;
    case "contains":
      return seen.body.includes(check.bytes) ? undefined : `body ${escapeWire(seen.body)}`;
    case "length":
      return seen.body.length === check.length ? undefined : `body of ${seen.body.length} bytes`;
    case "framing": {
      const framing = seen.cut ? "cut" : seen.head.framing;
      return framing === check.framing ? undefined : `framing is ${framing}, expected ${check.framing}`;
    }
    case "json":
      return jsonDiffers(check.path, check.value, seen.body);
  }
}

function fieldDiffers(name: string, value: string | undefined, seen: string[]): string | undefined {
  if (value === undefined) return seen.length > 0 ? undefined : `${name} must be present`;
  return seen.includes(value) ? undefined : `${name} is ${seen.join(" and ") || "absent"}, expected ${value}`;
}

function jsonDiffers(path: readonly string[], value: unknown, body: Buffer): string | undefined {
  let found: unknown = JSON.parse(body.toString("utf8"));
  for (const key of path) found = (found as Record<string, unknown> | undefined)?.[key];
  if (isDeepStrictEqual(found ?? null, value)) return undefined;
  return `${path.join(".")} is ${JSON.stringify(found)}, expected ${JSON.stringify(value)}`;
}
