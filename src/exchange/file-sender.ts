/** Streams a file body through an outgoing response, one piece ahead of the client. */
import { ContractError } from "../http/errors.ts";
import type { HttpFileBody } from "../pagi/event.ts";
import type { FieldFacts } from "./field-facts.ts";
import { type FileSource, openFileBody } from "./file-body.ts";
import type { FileOpener } from "./file-opener.ts";

/** What the sender needs of a response. */
export interface FileTarget {
  readonly phase: string;
  readonly fields: FieldFacts;
  readonly hasTrailers: boolean;
  length: number | undefined;
  emit(piece: Uint8Array, size: number, more: boolean): void;
  pace(): Promise<void>;
}

/** Who opens the file, and who is told when it fails. */
export interface FileOwner {
  readonly files: FileOpener | undefined;
  /** The response cannot be completed any more, for example because its file became shorter. */
  broken(detail: string): void;
}

/** A file on its way: what it is read from, what was read already, how much it has to become. */
interface Sending {
  readonly source: FileSource;
  readonly first: Uint8Array;
  readonly total: number | undefined;
}

/**
 * Sends a file as the whole body. Rejects with a `ContractError` while nothing was sent (HTTP-14, HTTP-22);
 * later trouble breaks the response off visibly and is reported to `owner`.
 */
export async function sendFile(target: FileTarget, owner: FileOwner, event: HttpFileBody): Promise<void> {
  const source = await openFileBody(event, owner.files);
  try {
    const total = expectedLength(target.fields.contentLength, source.length);
    const first = await readFirst(source, event);
    if (total !== undefined && first.byteLength > total) throw wrongLength(total, "more");
    if (target.phase !== "held") return;
    // Promised trailers need chunks, so the head names no length then (HTTP-18).
    target.length = target.hasTrailers ? undefined : total;
    await pump(target, owner, { source, first, total });
  } finally {
    await source.close();
  }
}

function expectedLength(declared: number | undefined, known: number | undefined): number | undefined {
  if (declared === undefined || known === undefined || known === declared) return known ?? declared;
  throw wrongLength(declared, String(known));
}

function wrongLength(declared: number, found: string): ContractError {
  return new ContractError("HTTP-22", `content-length is ${declared}, the file has ${found} bytes`);
}

async function readFirst(source: FileSource, event: HttpFileBody): Promise<Uint8Array> {
  try {
    return await source.read();
  } catch (error) {
    throw new ContractError("HTTP-14", `cannot read ${event.file ?? "handle"}`, { cause: error });
  }
}

/** Reads the next piece while the last one is on its way. */
async function pump(
  target: FileTarget,
  owner: FileOwner,
  { source, first, total = Infinity }: Sending,
): Promise<void> {
  let sent = 0;
  let piece = first;
  for (;;) {
    sent += piece.byteLength;
    const isShort = piece.byteLength === 0 && sent < total && total !== Infinity;
    if (isShort) return owner.broken(`the file ended after ${sent} of ${total} bytes`);
    if (sent > total) return owner.broken(`the file has more than the ${total} bytes announced`);
    const more = sent < total && piece.byteLength > 0;
    target.emit(piece, piece.byteLength, more);
    if (!more) return target.pace();
    const next = readNext(source);
    await target.pace();
    const read = await next;
    if (target.phase !== "streaming") return undefined;
    if (read instanceof Error) return owner.broken(read.message);
    piece = read;
  }
}

/** Never rejects, so the promise may wait for the pacing without an owner. */
function readNext(source: FileSource): Promise<Uint8Array | Error> {
  return source.read().catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
}
