/** Drives the request reader in process and writes down everything it says. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { isTackError, type ProtocolError } from "tack/http/errors";
import { readFields } from "#src/protocol/http1/read-fields.js";
import { hasBody, RequestReader } from "#src/protocol/http1/request-reader.js";
import { escapeWire } from "#src/testing/wire-text.js";
import { readReference } from "./reference.js";

/** Small, so that mutations reach them. */
export const FUZZ_LIMITS = {
  maxRequestLineBytes: 400,
  maxHeaderBytes: 1500,
  maxHeaderCount: 20,
  maxBodyBytes: 6000,
};

interface SeenRequest {
  head: string;
  fields: unknown;
  body: string;
  trailers: unknown;
  isWhole: boolean;
}

/** All that came out of a reader for some bytes. */
export interface Reading {
  readonly requests: SeenRequest[];
  /** Status, message and rule of the refusal. */
  readonly refusal: string | undefined;
}

const tools = {
  allocate: (size: number): Uint8Array => Buffer.alloc(size, 0xaa),
  keep: (bytes: Uint8Array, from: number, to: number) => Uint8Array.prototype.slice.call(bytes, from, to),
  text: (bytes: Uint8Array, from: number, to: number): string =>
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("latin1"),
};

/**
 * Reads `text`, cut at the given offsets. `answers` tells when a request counts as answered: while it is
 * being read, or only after the piece was taken.
 */
export function readInPieces(text: string, cuts: readonly number[], answers: "at once" | "later"): Reading {
  const requests: SeenRequest[] = [];
  let isOwed = false;
  const answer = (): void => {
    isOwed = true;
    if (answers === "at once") settle();
  };
  const reader = new RequestReader(FUZZ_LIMITS, tools, {
    onHead(record, head) {
      const fields = readFields(head, record.fieldsStart, record.hasOddFields);
      requests.push({ head, fields, body: "", trailers: [], isWhole: !hasBody(record) });
      if (!hasBody(record)) answer();
    },
    onBody(piece, isLast, trailers) {
      const request = requests.at(-1)!;
      request.body += Buffer.from(piece).toString("latin1");
      request.isWhole = isLast;
      if (isLast) request.trailers = [...trailers];
      if (isLast) answer();
    },
  });
  function settle(): void {
    isOwed = false;
    reader.next();
  }
  const bytes = Buffer.from(text, "latin1");
  try {
    let from = 0;
    for (const to of [...cuts, bytes.length].sort((one, other) => one - other)) {
      // A server reads all connections into one buffer: what was pushed is gone after the call.
      const piece = Buffer.from(bytes.subarray(from, to));
      reader.push(piece, piece.length);
      piece.fill(0x58);
      from = to;
      while (isOwed) settle();
    }
    return { requests, refusal: undefined };
  } catch (error) {
    if (!isTackError(error) || error.code !== "PROTOCOL") throw error;
    const { status, message, rule } = error as ProtocolError;
    // How much of a body was handed on before the refused bytes depends on the cuts, and may.
    const last = requests.at(-1);
    if (last?.isWhole === false) last.body = "";
    return { requests, refusal: `${status} ${message} (${rule})` };
  }
}

/** Throws unless the bytes mean the same however they are cut, and never more than the reference reads. */
export function checkCodec(text: string, cuts: readonly number[]): Reading {
  try {
    return readAndCompare(text, cuts);
  } catch (error) {
    const shown = escapeWire(Buffer.from(text, "latin1"));
    throw new Error(`${(error as Error).message}\nfor ${shown}\ncut at ${cuts.join(" ")}`, { cause: error });
  }
}

function readAndCompare(text: string, cuts: readonly number[]): Reading {
  const whole = readInPieces(text, [], "at once");
  // A head that trickles in is judged line by line: what is wrong with it shows at the next LF at the latest.
  const ended = whole.refusal === undefined ? text : `${text}\n`;
  assert.deepEqual(readInPieces(ended, [...cuts, text.length], "at once"), whole, "cut, answered at once");
  assert.deepEqual(readInPieces(ended, [...cuts, text.length], "later"), whole, "cut, answered later");
  const expected = readReference(text);
  for (const [index, { head, body, isWhole }] of whole.requests.entries()) {
    // That a request was the last one is the connection's to know; the reader would go on.
    if (!isWhole || (expected.isOver && index >= expected.requests.length)) break;
    const [method, target] = head.split(" ");
    assert.deepEqual({ method, target, body }, expected.requests[index], `request ${index + 1}`);
  }
  return whole;
}
