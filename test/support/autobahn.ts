/** Plays cases of `test/websocket/autobahn/*.json` against an echo server: what a client sends, and what must come back. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ClientSession,
  closeBody,
  frame,
  OPCODE,
  type SessionEvent,
} from "#src/testing/client-session.js";
import { withDeadline } from "#src/testing/deadline.js";

/** Bytes: a text, a pattern that is repeated up to a size, or hex digits. */
export type CaseData =
  | string
  | { readonly fill: string; readonly size: number }
  | { readonly fillHex: string; readonly size: number }
  | { readonly hex: string };

/** One frame and how it is sent; frames without a wish leave together. */
export interface CaseFrame {
  readonly op: keyof typeof OPCODE | number;
  readonly data?: CaseData;
  readonly fin?: boolean;
  readonly rsv?: number;
  /** Of a close frame. */
  readonly code?: number;
  readonly reason?: CaseData;
  /** By itself. */
  readonly sync?: boolean;
  /** In pieces of so many bytes. */
  readonly chop?: number;
  /** In pieces of so many bytes of data, with pauses. */
  readonly cuts?: readonly number[];
  /** As a message in fragments of so many bytes. */
  readonly fragments?: number;
}

/** One case. */
export interface AutobahnCase {
  readonly id: string;
  readonly title: string;
  readonly send: readonly (CaseFrame | { readonly pause: number })[];
  readonly expect: readonly (readonly [kind: "text" | "bytes" | "pong", data: CaseData])[] | "any";
  /** Who says goodbye first, and with which code the server does; `said`: the client's is among what was sent. */
  readonly end: {
    readonly by: "client" | "server";
    readonly codes: readonly number[];
    readonly said?: boolean;
  };
  /** How often it is all sent, each time after the answer. */
  readonly times?: number;
}

/** Reads the cases of one file. */
export function readCases<File = { readonly cases: readonly AutobahnCase[] }>(name: string): File {
  return JSON.parse(readFileSync(`test/websocket/autobahn/${name}.json`, "utf8")) as File;
}

/** The bytes that `data` stands for. */
export function bytesOf(data: CaseData = ""): Buffer {
  if (typeof data === "string") return Buffer.from(data);
  if ("hex" in data) return Buffer.from(data.hex, "hex");
  if ("fillHex" in data) return Buffer.alloc(data.size, data.fillHex, "hex");
  return Buffer.alloc(data.size, data.fill, "latin1");
}

/** Plays one case; rejects with what differed. */
export async function play(session: ClientSession, one: AutobahnCase, times = one.times ?? 1): Promise<void> {
  for (let count = 0; count < times; count++) {
    await sendAll(session, one.send);
    if (one.expect === "any") break;
    for (const [kind, data] of one.expect) await mustCome(session, kind, bytesOf(data));
  }
  const { by, codes, said } = one.end;
  if (by === "client" && said !== true) await session.close(1000);
  let event = await next(session);
  while (one.expect === "any" && event.type !== "close" && event.type !== "end") event = await next(session);
  assert.equal(event.type, "close", `${shown(event)} in place of a close frame`);
  if (event.type === "close") assert.ok(codes.includes(event.code), `closed with ${event.code}`);
  assert.deepEqual(await next(session), { type: "end" });
}

function next(session: ClientSession): Promise<SessionEvent> {
  return withDeadline(session.next(), "the next frame", 60_000);
}

async function mustCome(session: ClientSession, kind: string, bytes: Buffer): Promise<void> {
  const event = await next(session);
  assert.equal(event.type, kind, `${shown(event)} in place of ${kind}`);
  if (event.type === "text") assert.ok(Buffer.from(event.text).equals(bytes), "another text");
  if (event.type === "bytes") assert.ok(bytes.equals(event.bytes), "other bytes");
  if (event.type === "pong") assert.equal(event.data, bytes.toString());
}

function shown(event: SessionEvent): string {
  return JSON.stringify(event).slice(0, 200);
}

async function sendAll(session: ClientSession, steps: AutobahnCase["send"]): Promise<void> {
  let waiting: Uint8Array[] = [];
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await session.raw(Buffer.concat(waiting));
    waiting = [];
  };
  for (const step of steps) {
    if ("pause" in step) {
      await flush();
      await delay(step.pause);
    } else if (step.chop === undefined && step.cuts === undefined) {
      waiting.push(...framesOf(step));
      if (step.sync === true) await flush();
    } else {
      await flush();
      await sendInPieces(session, step);
    }
  }
  await flush();
}

function framesOf(step: CaseFrame): Uint8Array[] {
  const { op, fin: isLast = true, rsv: reserved = 0, fragments } = step;
  const opcode = typeof op === "number" ? op : OPCODE[op];
  const data = step.code === undefined ? bytesOf(step.data) : closeData(step.code, step.reason);
  if (fragments === undefined) return [frame(opcode, data, { isLast, reserved })];
  const frames: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += fragments) {
    const options = { isLast: at + fragments >= data.length };
    frames.push(frame(at === 0 ? opcode : OPCODE.more, data.subarray(at, at + fragments), options));
  }
  return frames;
}

function closeData(code: number, reason: CaseData = ""): Buffer {
  return Buffer.concat([closeBody(code), bytesOf(reason)]);
}

async function sendInPieces(session: ClientSession, step: CaseFrame): Promise<void> {
  const bytes = Buffer.concat(framesOf(step));
  const head = bytes.length - bytesOf(step.data).length;
  let at = 0;
  for (const size of step.cuts ?? []) {
    const end = at === 0 ? head + size : at + size;
    await session.raw(bytes.subarray(at, end));
    await delay(30);
    at = end;
  }
  const chop = step.chop ?? bytes.length;
  for (; at < bytes.length; at += chop) await session.raw(bytes.subarray(at, at + chop));
}
