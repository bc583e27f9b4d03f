/** Pieces of a body as bytes. */
import { utf8Length } from "../../http/utf8.ts";
import type { BodyChunk } from "../body-reader.ts";

const encoder = new TextEncoder();

/** No bytes. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/** The bytes of a piece; a string becomes UTF-8. */
export function toBytes(chunk: BodyChunk | undefined): Uint8Array {
  if (chunk === undefined) return EMPTY;
  return typeof chunk === "string" ? encoder.encode(chunk) : chunk;
}

/** How many bytes a piece has when it is sent. */
export function byteLength(chunk: BodyChunk | undefined): number {
  return typeof chunk === "string" ? utf8Length(chunk) : (chunk?.length ?? 0);
}

/** The pieces as one; a single one that is not empty is given back without a copy. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const chunks = pieces.filter((piece) => piece.length > 0);
  const [first] = chunks;
  if (first === undefined) return EMPTY;
  if (chunks.length === 1) return first;
  const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
