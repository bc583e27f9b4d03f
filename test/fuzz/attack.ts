/** One fuzzed connection: sends the bytes, reads every answer strictly, and judges them by the reference. */
import { Buffer } from "node:buffer";
import { isTackError } from "tack/http/errors";
import { LiveConnection } from "tack/testing";
import { withDeadline } from "#src/testing/deadline.js";
import { type ReferenceReading, readReference } from "./reference.js";

/** One answer. */
export interface Answer {
  readonly status: number;
  /** One character per byte. */
  readonly body: string;
  readonly closes: boolean;
}

/** How the client behaves. */
export interface Manner {
  /** Where the bytes are cut into two writes; one write without. */
  readonly cut?: number;
  /** Keeps its side open and lets the server decide; else it ends its side after the last byte. */
  readonly stays: boolean;
}

const PATIENCE_MS = 10_000;
const REFUSALS = new Set([400, 408, 413, 414, 417, 431, 501, 505]);

/** The answers to `text`. Rejects when one is malformed or cut short, or the connection outlives its deadline. */
export async function attack(url: string, text: string, manner: Manner): Promise<Answer[]> {
  const connection = await LiveConnection.open(url);
  try {
    const reading = readAnswers(connection, readReference(text));
    void sendInPieces(connection, text, manner);
    return await withDeadline(reading, "the end of the connection", PATIENCE_MS);
  } finally {
    connection.destroy();
  }
}

async function sendInPieces(connection: LiveConnection, text: string, manner: Manner): Promise<void> {
  const { cut = text.length, stays } = manner;
  await connection.write(text.slice(0, cut));
  if (cut < text.length) {
    await new Promise((resolve) => setImmediate(resolve));
    await connection.write(text.slice(cut));
  }
  if (!stays) connection.halfClose();
}

async function readAnswers(
  connection: LiveConnection,
  { requests, rest }: ReferenceReading,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (;;) {
    try {
      const isRefused = answers.length >= requests.length;
      const refusedMethod = rest.startsWith("HEAD ") ? "HEAD" : "GET";
      const method = isRefused ? refusedMethod : requests[answers.length]!.method;
      const head = await connection.responses.head(method);
      if (head.status < 200) continue;
      // The method of a request that never became whole may have been read or not.
      if (isRefused && method === "HEAD") await connection.source.rest();
      const pieces: Uint8Array[] = [];
      for (let piece = await connection.responses.read(); piece; piece = await connection.responses.read()) {
        pieces.push(piece);
      }
      const closes = head.headers.some(([name, value]) => name === "connection" && value === "close");
      answers.push({ status: head.status, body: Buffer.concat(pieces).toString("latin1"), closes });
    } catch (error) {
      const isEnd = isTackError(error) && error.message === "the connection was closed before a response";
      if (isEnd) return answers;
      throw error;
    }
  }
}

/** What is wrong with the answers to `text`, if anything. */
export function faultOf(text: string, answers: readonly Answer[]): string | undefined {
  const requests = readReference(text).requests;
  for (const [index, { status, body, closes }] of answers.entries()) {
    const isLast = index === answers.length - 1;
    if (closes && !isLast) return `an answer after connection: close (number ${index + 2})`;
    if (status === 200) {
      const request = requests[index];
      if (request === undefined) return `answer ${index + 1} is 200, but the reference accepts only ${index}`;
      const wanted = request.method === "HEAD" ? "" : request.body;
      if (body !== wanted) return `answer ${index + 1} echoes another body`;
    } else if (!REFUSALS.has(status)) {
      return `answer ${index + 1} has status ${status}`;
    } else if (!isLast || !closes) {
      return `a refusal with ${status} that does not close`;
    }
  }
  return undefined;
}
