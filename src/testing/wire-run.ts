/** Runs one wire case against a server: whole, byte by byte, and cut at every position. */
import { Buffer } from "node:buffer";
import { setImmediate as nextTurn, setTimeout as rest } from "node:timers/promises";
import { ClosedError } from "../http/errors.ts";
import { ByteSource } from "./byte-source.ts";
import { withDeadline } from "./deadline.ts";
import { LiveConnection } from "./live-connection.ts";
import { ResponseReader, type SeenHead } from "./response-reader.ts";
import type { WireCase } from "./wire-case.ts";
import { checkHead, checkResponse } from "./wire-check.ts";
import { escapeWire } from "./wire-text.ts";

/** How the bytes reach the server. */
export type Feed = "whole" | "bytes";

const PROBE = "GET /200 HTTP/1.1\r\nHost: probe\r\n\r\n";
const CUTTERS = 24;
const PAUSE_MS = 5;

/**
 * Runs a case once. Rejects with an `Error` that says what differed and what was received.
 *
 * @example
 * for (const wireCase of loadWireCases()) await runWireCase(wireCase, running.url, "whole");
 */
export async function runWireCase(wireCase: WireCase, url: string, feed: Feed): Promise<void> {
  const connection = await LiveConnection.open(url);
  try {
    const reading = readResponses(wireCase, connection);
    reading.responses.catch(() => {});
    await feedSteps(wireCase, connection, feed, reading.first);
    await withDeadline(reading.responses, "the responses");
    await checkEnd(wireCase, connection);
  } catch (cause) {
    const message = (cause as Error).message;
    throw new Error(`${wireCase.name} (${wireCase.rule}, fed ${feed}): ${message}`, { cause });
  } finally {
    connection.destroy();
  }
}

async function feedSteps(
  wireCase: WireCase,
  connection: LiveConnection,
  feed: Feed,
  first: Promise<unknown>,
): Promise<void> {
  for (const step of joinSends(wireCase.steps)) {
    if (step.do === "send" && feed === "whole") void connection.write(step.bytes);
    else if (step.do === "send") await writeBytes(connection, step.bytes);
    else if (step.do === "half-close") connection.halfClose();
    else if (step.do === "await") await withDeadline(first, "the first response");
    else await rest(PAUSE_MS);
  }
}

function joinSends(steps: WireCase["steps"]): WireCase["steps"][number][] {
  const joined: WireCase["steps"][number][] = [];
  for (const step of steps) {
    const last = joined.at(-1);
    if (step.do === "send" && last?.do === "send") {
      joined[joined.length - 1] = { do: "send", bytes: Buffer.concat([last.bytes, step.bytes]) };
    } else joined.push(step);
  }
  return joined;
}

/** Long inputs go in pieces of a few bytes, so that a case takes well under a second. */
async function writeBytes(connection: LiveConnection, bytes: Buffer): Promise<void> {
  const size = Math.ceil(bytes.length / 1500);
  for (let at = 0; at < bytes.length; at += size) {
    void connection.write(bytes.subarray(at, at + size));
    await nextTurn();
  }
}

interface Reading {
  /** Settles with the first head, an interim one too. */
  readonly first: Promise<unknown>;
  readonly responses: Promise<void>;
}

function readResponses(wireCase: WireCase, connection: LiveConnection): Reading {
  const reader = connection.responses;
  const [expected] = wireCase.responses;
  if (expected === undefined) return { first: Promise.resolve(), responses: Promise.resolve() };
  const first = reader.head(expected.toHead ? "HEAD" : "GET");
  first.catch(() => {});
  const all = async (): Promise<void> => {
    for (const [index, expectation] of wireCase.responses.entries()) {
      const method = expectation.toHead ? "HEAD" : "GET";
      const head = index === 0 ? await first : await reader.head(method);
      checkHead(expectation, head);
      await checkResponse(expectation, head, reader);
    }
  };
  return { first, responses: all() };
}

async function checkEnd(wireCase: WireCase, connection: LiveConnection): Promise<void> {
  if (wireCase.end !== "open") {
    if (wireCase.end === "either") connection.halfClose();
    const left = await withDeadline(connection.source.rest(), "the server to close the connection");
    if (left.length > 0) throw new Error(`bytes after the last response: ${escapeWire(left)}`);
    return;
  }
  const head = await probed(connection, "the next answer on the connection");
  if (head.status !== 200) throw new Error(`the next request on the connection got ${head.status}`);
}

/**
 * Sends every proper prefix of a case and closes the sending side. What comes back must be well-formed,
 * must not answer 2xx to a request whose head is not whole, and the connection must end. A fresh request
 * must be served afterwards.
 */
export async function cutWireCase(wireCase: WireCase, url: string): Promise<void> {
  const bytes = Buffer.concat(wireCase.steps.map((step) => (step.do === "send" ? step.bytes : Buffer.of())));
  const positions = cutPositions(bytes.length);
  const work = async (): Promise<void> => {
    for (let at = positions.pop(); at !== undefined; at = positions.pop()) {
      await cutAt(wireCase, url, bytes.subarray(0, at));
    }
  };
  const workers = Array.from({ length: CUTTERS }, () =>
    work().catch((error: unknown) => {
      positions.length = 0;
      throw error;
    }),
  );
  await Promise.allSettled(workers);
  await Promise.all(workers);
  await probe(url);
}

function cutPositions(length: number): number[] {
  const step = length > 1200 ? Math.ceil(length / 200) : 1;
  const all: number[] = [];
  for (let at = 0; at < length; at += at < 300 ? 1 : step) all.push(at);
  return all;
}

async function cutAt(wireCase: WireCase, url: string, prefix: Buffer): Promise<void> {
  const connection = await LiveConnection.open(url);
  try {
    void connection.write(prefix);
    connection.halfClose();
    const received = await withDeadline(connection.source.rest(), "the server to close");
    await judgeCut(wireCase, prefix, received);
  } catch (cause) {
    const where = `cut after ${prefix.length} bytes: ${escapeWire(prefix.subarray(-60))}`;
    throw new Error(`${wireCase.name} (${where}): ${(cause as Error).message}`, { cause });
  } finally {
    connection.reset();
  }
}

async function judgeCut(wireCase: WireCase, prefix: Buffer, received: Buffer): Promise<void> {
  const heads = prefix.toString("latin1").split("\r\n\r\n").length - 1;
  const wanted = wireCase.responses.filter(({ statuses }) => statuses.some((status) => status < 300));
  const allowed = Math.min(heads, wanted.filter(({ statuses }) => statuses[0] !== 100).length);
  const good = (await statusesOf(wireCase, received)).filter((status) => status >= 200 && status < 300);
  if (good.length > allowed) {
    throw new Error(`${good.length} requests were answered 2xx, at most ${allowed} were sent whole`);
  }
}

async function statusesOf(wireCase: WireCase, received: Buffer): Promise<number[]> {
  const source = new ByteSource();
  source.push(received);
  source.finish();
  const reader = new ResponseReader(source);
  const statuses: number[] = [];
  try {
    while (!source.exhausted) {
      const toHead = wireCase.responses[statuses.length]?.toHead ?? false;
      statuses.push((await reader.head(toHead ? "HEAD" : "GET")).status);
      while ((await reader.read()) !== undefined);
    }
  } catch (error) {
    if (!(error instanceof ClosedError)) throw error;
  }
  return statuses;
}

async function probe(url: string): Promise<void> {
  const connection = await LiveConnection.open(url);
  try {
    await probed(connection, "an answer to a fresh request");
  } finally {
    connection.destroy();
  }
}

async function probed(connection: LiveConnection, what: string): Promise<SeenHead> {
  void connection.write(PROBE);
  for (;;) {
    const head = await withDeadline(connection.responses.head("GET"), what);
    if (head.status >= 200) return head;
  }
}
