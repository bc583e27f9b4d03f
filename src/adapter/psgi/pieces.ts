/** Pieces of bodies: checked and joined. */
import type { PsgiChunk } from "../../psgi/response.ts";
import { ContractError } from "../../http/errors.ts";

const encoder = new TextEncoder();

/** The same value, known to be a piece; throws what rule it breaks. */
export function asPiece(value: unknown): PsgiChunk {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  throw new ContractError("BODY-2", `a piece of a body is a Uint8Array or a string, not ${kindOf(value)}`);
}

/** All pieces of an array body as one. */
export function joinPieces(pieces: readonly PsgiChunk[]): PsgiChunk {
  if (pieces.length === 1) return asPiece(pieces[0]);
  for (const piece of pieces) asPiece(piece);
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("");
  return concatBytes(pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece)));
}

/** One array of bytes; a single one is not copied. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}

/** A word for what a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Uint8Array) return "bytes";
  if (typeof value === "object") return `an object (${value.constructor?.name ?? "no class"})`;
  return typeof value;
}
