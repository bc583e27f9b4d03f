/** Runs the cases of `wire/http2` against a server; the README there says what their lines mean. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { withDeadline } from "#src/testing/deadline.js";
import { LiveConnection } from "#src/testing/live-connection.js";
import {
  blockOf,
  CODES,
  type Frame,
  FrameClient,
  frameOf,
  requestFields,
  TYPES,
  u32,
} from "./http2-frames.js";

/** One case. */
export interface FrameCase {
  readonly title: string;
  readonly rule: string;
  /** What the client's SETTINGS say. */
  readonly settings: Buffer;
  /** Why the server may do otherwise. */
  readonly differs: string | undefined;
  /** What is sent and what is to come, in turn. */
  readonly steps: readonly string[];
}

/** Every case of a folder. */
export function loadFrameCases(folder: string): FrameCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .flatMap((name) => readFileSync(`${folder}/${name}`, "utf8").split(/^(?=# )/m))
    .map(parseCase);
}

function parseCase(text: string): FrameCase {
  const lines = text.split("\n").filter((line) => line !== "");
  const value = (key: string): string | undefined =>
    lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2);
  const [title = ""] = lines;
  const steps = lines.filter((line) => line.startsWith("> ") || line.startsWith("< "));
  assert.ok(steps.length > 0 && value("rule") !== undefined, `incomplete case: ${title}`);
  return {
    title: title.slice(2),
    rule: value("rule")!,
    settings: Buffer.from(value("settings") ?? "", "hex"),
    differs: value("differs"),
    steps,
  };
}

/** Runs a case. Rejects with what differed. */
export async function runFrameCase(frameCase: FrameCase, url: string): Promise<void> {
  const isRaw = frameCase.steps[0]!.startsWith("> bytes ");
  const client = isRaw
    ? new FrameClient(await LiveConnection.open(url))
    : await FrameClient.open(url, frameCase.settings);
  try {
    // The server's own settings, and its word on ours.
    if (!isRaw) await client.until(({ type, flags }) => type === 4 && flags === 1);
    for (const step of frameCase.steps) await withDeadline(take(step, client), step, 3000);
  } finally {
    client.connection.destroy();
  }
}

async function take(step: string, client: FrameClient): Promise<void> {
  const [sign, kind = "", ...words] = step.split(" ");
  if (sign === "<") return expectStep(kind, words, client);
  if (kind === "bytes") {
    const text = words.join(" ").replaceAll("\\r", "\r").replaceAll("\\n", "\n");
    return client.connection.write(text);
  }
  const [flags = "-", stream = "0", ...payload] = words;
  const bytes = frameOf(typeOf(kind), flagsOf(flags), Number(stream), Buffer.concat(payload.map(bytesOf)));
  void client.connection.write(bytes);
  return undefined;
}

function typeOf(word: string): number {
  const known = (TYPES as readonly string[]).indexOf(word);
  return known === -1 ? Number(word) : known;
}

const LETTERS: Readonly<Record<string, number>> = { A: 1, E: 1, H: 4, P: 8, R: 32, "-": 0 };

function flagsOf(word: string): number {
  if (word.startsWith("0x")) return Number(word);
  return Array.from(word).reduce((flags, letter) => flags | LETTERS[letter]!, 0);
}

/** One word of a payload. */
function bytesOf(word: string): Buffer {
  const [kind = "", ...rest] = word.split(":");
  const text = rest.join(":");
  switch (kind) {
    case "hex":
      return Buffer.from(text, "hex");
    case "u32":
      return u32(Number(text));
    case "text":
      return Buffer.from(text);
    case "zeros":
      return Buffer.alloc(Number(text));
    case "f":
      return blockOf([text.replaceAll("\\x20", " ").split(/=(.*)/s).slice(0, 2) as [string, string]]);
    default:
      return blockOf(requestFields(kind.toUpperCase()));
  }
}

async function expectStep(kind: string, words: readonly string[], client: FrameClient): Promise<void> {
  const [first = "", second = ""] = words;
  switch (kind) {
    case "alive":
      return assert.ok(await client.isAlive(), "the server is gone");
    case "closed":
      return client.connection.ended;
    case "connection":
      return expectEnd(client, [7], first.split("|"));
    case "stream":
      return expectEnd(client, [3, 7], first.split("|"));
    case "response":
      return expectWhole(client, Number(first));
    case "refused":
      return expectRefusal(client, Number(first));
    case "data":
      return expectData(client, Number(first), Number(second));
    default:
      return expectFrame(client, typeOf(first), Number(second), Buffer.concat(words.slice(2).map(bytesOf)));
  }
}

/** The code, or at least the end: an older node names another code in its GOAWAY than nghttp2 has found. */
async function expectEnd(
  client: FrameClient,
  types: readonly number[],
  codes: readonly string[],
): Promise<void> {
  const frame = await client.until(({ type }) => types.includes(type));
  if (frame === undefined) return;
  const code = CODES[frame.payload.readUInt32BE(frame.type === 7 ? 4 : 0)];
  if (!codes.includes(String(code))) await client.connection.ended;
}

async function expectWhole(client: FrameClient, stream: number): Promise<void> {
  const last = await client.until((frame) => frame.stream === stream && endsStream(frame));
  assert.ok(
    last !== undefined && last.type !== 3,
    last === undefined ? "the connection was closed" : "a reset",
  );
}

function endsStream({ type, flags }: Frame): boolean {
  return type === 3 || (type <= 1 && (flags & 1) === 1);
}

async function expectRefusal(client: FrameClient, stream: number): Promise<void> {
  const first = await client.until(
    (frame) => frame.stream === stream && (frame.type === 1 || frame.type === 3),
  );
  assert.ok(first !== undefined, "the connection was closed");
}

async function expectData(client: FrameClient, stream: number, length: number): Promise<void> {
  const data = await client.until((frame) => frame.type === 0 && frame.stream === stream);
  assert.equal(data?.payload.length, length);
}

async function expectFrame(
  client: FrameClient,
  type: number,
  stream: number,
  payload: Buffer,
): Promise<void> {
  const frame = await client.until((one) => one.type === type);
  assert.equal(frame?.stream, stream);
  if (payload.length > 0) assert.deepEqual(frame?.payload, payload);
}
