/** Every kind of body as one `Source` (BODY-1 to BODY-6). */
import type { PsgiBody, PsgiChunk, PsgiFile, PsgiHandle, PsgiReadable } from "../../psgi/response.ts";
import { ContractError } from "../../http/errors.ts";
import { type Report, type Source, isPromise, releaseOnce, streamSource } from "../stream/source.ts";
import { asPiece, kindOf } from "./pieces.ts";

/** True for a body that names a file. A Node read stream also has a `path`, but it may be a part of that file. */
export function isFile(body: PsgiBody): body is PsgiFile {
  return typeof (body as PsgiFile).path === "string" && !(Symbol.asyncIterator in body);
}

/** Throws when `body` is none of the kinds that can be sent. */
export function checkBody(body: unknown): asserts body is PsgiBody {
  if (typeof body === "object" && body !== null && !(body instanceof Uint8Array)) {
    if (isFile(body as PsgiFile) || kindOfSource(body as PsgiBody) !== undefined) return;
  }
  const advice = typeof body === "string" || body instanceof Uint8Array ? "; put it into an array" : "";
  throw new ContractError(
    "BODY-1",
    `a body is an array, a stream, a handle or an iterable, not ${kindOf(body)}${advice}`,
  );
}

/**
 * The pieces of any body but a file. Call it as soon as the body is known: it listens for errors that a Node
 * stream may have before anybody reads.
 */
export function openBody(body: PsgiBody, report: Report): Source {
  switch (kindOfSource(body)) {
    case "handle":
      return handleSource(body as PsgiHandle, report);
    case "web":
      return checked(streamSource(body as ReadableStream<PsgiChunk>, report));
    case "node":
      return readableSource(body as PsgiReadable, report);
    default:
      return iteratorSource(body as Iterable<PsgiChunk> | AsyncIterable<PsgiChunk>, report);
  }
}

/** Lets go of a body that is not going to be sent, whatever kind it is (BODY-5). */
export function discardBody(body: unknown, report: Report): void {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return;
  if (isFile(body as PsgiFile)) return closeSource(body as PsgiFile, report).release();
  if (kindOfSource(body as PsgiBody) === undefined) return;
  if (kindOfSource(body as PsgiBody) === "web" && (body as ReadableStream).locked) return;
  openBody(body as PsgiBody, report).release();
}

/** A source without pieces: only its `close` matters. */
export function closeSource(body: PsgiFile | PsgiHandle, report: Report): Source {
  return { pull: () => undefined, release: releaseOnce(() => body.close?.(), report) };
}

function kindOfSource(body: PsgiBody): "handle" | "web" | "node" | "iterable" | undefined {
  const shape = body as Partial<PsgiHandle & PsgiReadable & ReadableStream & Iterable<PsgiChunk>>;
  if (typeof shape.getline === "function") return "handle";
  if (typeof shape.getReader === "function") return "web";
  if (typeof shape[Symbol.asyncIterator] === "function") {
    return typeof shape.destroy === "function" ? "node" : "iterable";
  }
  return typeof shape[Symbol.iterator] === "function" ? "iterable" : undefined;
}

function handleSource(handle: PsgiHandle, report: Report): Source {
  return {
    pull: () => {
      const line = handle.getline();
      return isPromise(line) ? (line as Promise<PsgiChunk | null | undefined>).then(asLine) : asLine(line);
    },
    release: releaseOnce(() => handle.close?.(), report),
  };
}

function asLine(line: unknown): PsgiChunk | undefined {
  return line === undefined || line === null ? undefined : asPiece(line);
}

function checked(source: Source): Source {
  return {
    pull: async () => asLine(await source.pull()),
    release: source.release,
  };
}

interface NodeParts {
  readonly destroyed?: boolean;
  on?(event: "error", listener: () => void): unknown;
}

function readableSource(body: PsgiReadable & NodeParts, report: Report): Source {
  // An error before the first read (no such file) would have no listener and end the process. It is not
  // lost: the iterator throws it.
  body.on?.("error", () => undefined);
  const iterator = body[Symbol.asyncIterator]();
  return {
    pull: () => pullFrom(iterator),
    release: releaseOnce(() => {
      // The iterator of a Node stream destroys it at its end; a second call would be one too many.
      if (body.destroyed !== true) body.destroy();
    }, report),
  };
}

function iteratorSource(body: Iterable<PsgiChunk> | AsyncIterable<PsgiChunk>, report: Report): Source {
  const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
  return {
    pull: () => pullFrom(iterator),
    // A generator that never ran has nothing to clean up and its `return` runs none of its code. Resources
    // opened before it belong into an object with `close`.
    release: releaseOnce(() => iterator.return?.(), report),
  };
}

function pullFrom(
  iterator: Iterator<PsgiChunk> | AsyncIterator<PsgiChunk>,
): PsgiChunk | undefined | Promise<PsgiChunk | undefined> {
  const result = iterator.next();
  return isPromise(result) ? (result as Promise<IteratorResult<PsgiChunk>>).then(pieceOf) : pieceOf(result);
}

function pieceOf(result: IteratorResult<PsgiChunk>): PsgiChunk | undefined {
  return result.done === true ? undefined : asPiece(result.value);
}
