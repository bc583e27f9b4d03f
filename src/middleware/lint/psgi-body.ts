/** Checks the body of a PSGI response while it is read (BODY-*), whatever kind it is. */
import type { PsgiBody, PsgiChunk, PsgiFile, PsgiHandle, PsgiReadable } from "../../psgi/response.ts";
import { psgiFault, shown } from "./fault.ts";
import type { HeadFacts } from "./psgi-head.ts";
import type { PsgiRule } from "./psgi-rules.ts";
import { byteCount, isAbsolutePath, isBytes, isCount, isRecord, owned, type Unknowns } from "./value.ts";

/** Counts the pieces of one body against its head. */
export class PieceCounter {
  readonly #head: HeadFacts;
  #bytes = 0;

  constructor(head: HeadFacts) {
    this.#head = head;
  }

  /** Throws when the piece is none, or is one too many; then it was not counted. */
  count(piece: unknown, shape: PsgiRule, size: PsgiRule): void {
    const { length } = this.#head;
    if (!isBytes(piece) && typeof piece !== "string")
      throw psgiFault(shape, `a piece of the body is ${shown(piece)}`);
    if (piece.length === 0) return;
    this.#allowed(shown(piece));
    if (length === undefined) return;
    const bytes = this.#bytes + byteCount(piece);
    if (bytes > length) throw psgiFault(size, `the body has more than ${length} bytes`);
    this.#bytes = bytes;
  }

  #allowed(what: string): void {
    const { status, hasType } = this.#head;
    if (status === 204 || status === 205 || status === 304) {
      throw psgiFault("RES-10", `the body of a ${status} has ${what}`);
    }
    if (!hasType) throw psgiFault("RES-7", `a ${status} with a body has no Content-Type`);
  }

  /** Throws when this response cannot have a file. */
  file(): void {
    this.#allowed("a file");
  }

  /** Throws when bytes that were declared are missing. */
  end(size: PsgiRule): void {
    const { length } = this.#head;
    if (length === undefined || this.#bytes === length) return;
    throw psgiFault(size, `the body has ${this.#bytes} of ${length} bytes`);
  }
}

/** How often a body was closed; closing it again throws. */
export class CloseCounter {
  #closes = 0;
  #ended = false;

  /** True once the body was closed, or ended in a way that needs no closing. */
  get closed(): boolean {
    return this.#closes > 0 || this.#ended;
  }

  /** An iteration is over, which releases its source; one more close does no harm. */
  end(): void {
    this.#ended = true;
  }

  /** Throws a `ContractError` the second time. */
  close(): void {
    this.#closes += 1;
    if (this.#closes > 1) throw psgiFault("BODY-5", "the body was closed again");
  }
}

/** The body as the caller gets it: of the same kind, watched. */
export function watchBody(body: unknown, head: HeadFacts, closes: CloseCounter): PsgiBody {
  const counter = new PieceCounter(head);
  if (Array.isArray(body)) return checkArray(body, counter);
  if (!isRecord(body) || isBytes(body)) throw psgiFault("BODY-1", `the body is ${shown(body)}`);
  // A Node read stream has a path too, and may be a part of that file (BODY-4).
  if (typeof body["path"] === "string" && !(Symbol.asyncIterator in body))
    return watchFile(body, counter, closes);
  if (typeof body["getline"] === "function") {
    return watchHandle(body as unknown as PsgiHandle, counter, closes);
  }
  if (body instanceof ReadableStream) return watchStream(body as ReadableStream<PsgiChunk>, counter, closes);
  if (typeof body[Symbol.asyncIterator] === "function") {
    return watchAsync(body as unknown as PsgiReadable, counter, closes);
  }
  if (typeof body[Symbol.iterator] === "function") {
    return watchSync(body as unknown as Iterable<PsgiChunk>, counter, closes);
  }
  throw psgiFault("BODY-1", "the body is an object of no known kind");
}

/** Closes a body that was not read, whatever kind it is or is not; what closing throws is the app's own loss. */
export function releaseBody(body: unknown): void {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return;
  const source = body as Unknowns;
  const iterate = source[Symbol.asyncIterator] ?? source[Symbol.iterator];
  const close = source["close"] ?? source["destroy"] ?? source["cancel"];
  void owned(
    (async () => {
      if (typeof close === "function") return void (await close.call(body));
      if (typeof iterate === "function") await (iterate.call(body) as AsyncIterator<unknown>).return?.();
    })(),
  );
}

function checkArray(body: readonly unknown[], counter: PieceCounter): PsgiBody {
  for (const piece of body) counter.count(piece, "BODY-2", "RES-9");
  counter.end("RES-9");
  return body as readonly PsgiChunk[];
}

function watchFile(body: Unknowns, counter: PieceCounter, closes: CloseCounter): PsgiBody {
  const { path, offset, length } = body;
  counter.file();
  if (!isAbsolutePath(path)) throw psgiFault("BODY-7", `the body has path ${shown(path)}`);
  for (const [name, count] of [
    ["offset", offset],
    ["length", length],
  ] as const) {
    if (count !== undefined && !isCount(count))
      throw psgiFault("BODY-7", `the body has ${name} ${shown(count)}`);
  }
  const file = body as unknown as PsgiFile & Partial<PsgiHandle>;
  if (typeof file.close !== "function") return file;
  return {
    path,
    ...(file.offset === undefined ? {} : { offset: file.offset }),
    ...(file.length === undefined ? {} : { length: file.length }),
    ...(typeof file.getline === "function" ? { getline: () => file.getline?.() } : {}),
    close: () => (closes.close(), file.close?.()),
  };
}

function watchHandle(handle: PsgiHandle, counter: PieceCounter, closes: CloseCounter): PsgiBody {
  const checked = (piece: unknown): PsgiChunk | undefined => {
    if (piece === undefined || piece === null) return void counter.end("RES-9");
    counter.count(piece, "BODY-6", "RES-9");
    return piece as PsgiChunk;
  };
  const getline = (): PsgiChunk | undefined | Promise<PsgiChunk | undefined> => {
    const piece: unknown = handle.getline();
    return piece instanceof Promise ? piece.then(checked) : checked(piece);
  };
  if (typeof handle.close !== "function") return { getline };
  return { getline, close: () => (closes.close(), handle.close?.()) };
}

function watchStream(body: ReadableStream<PsgiChunk>, counter: PieceCounter, closes: CloseCounter): PsgiBody {
  let reader: ReadableStreamDefaultReader<PsgiChunk> | undefined;
  return new ReadableStream<PsgiChunk>(
    {
      async pull(controller) {
        reader ??= body.getReader();
        const { done, value } = await reader.read();
        if (!done) {
          counter.count(value, "BODY-2", "RES-9");
          return controller.enqueue(value);
        }
        closes.end();
        counter.end("RES-9");
        controller.close();
      },
      async cancel(reason) {
        closes.close();
        await (reader ?? body).cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

function watchAsync(body: PsgiReadable, counter: PieceCounter, closes: CloseCounter): PsgiBody {
  async function* pieces(): AsyncGenerator<PsgiChunk> {
    try {
      for await (const piece of body) {
        counter.count(piece, "BODY-2", "RES-9");
        yield piece;
      }
    } finally {
      closes.end();
    }
    counter.end("RES-9");
  }
  if (typeof body.destroy !== "function") return closing(body, pieces(), closes);
  return {
    [Symbol.asyncIterator]: pieces,
    destroy: (error?: Error) => (closes.close(), body.destroy(error)),
  };
}

/** An iterator that was never started does not reach its source on `return`, so that is done here. */
function closing(
  body: AsyncIterable<PsgiChunk>,
  pieces: AsyncGenerator<PsgiChunk>,
  closes: CloseCounter,
): AsyncIterable<PsgiChunk> {
  let started = false;
  const iterator: AsyncIterableIterator<PsgiChunk> = {
    [Symbol.asyncIterator]: () => iterator,
    next() {
      started = true;
      return pieces.next();
    },
    async return() {
      closes.close();
      if (!started) await body[Symbol.asyncIterator]().return?.();
      return pieces.return(undefined);
    },
  };
  return iterator;
}

function watchSync(body: Iterable<PsgiChunk>, counter: PieceCounter, closes: CloseCounter): PsgiBody {
  const source = body[Symbol.iterator]();
  const iterator: IterableIterator<PsgiChunk> = {
    [Symbol.iterator]: () => iterator,
    next() {
      const result = source.next();
      if (result.done === true) counter.end("RES-9");
      else counter.count(result.value, "BODY-2", "RES-9");
      return result;
    },
    return() {
      closes.close();
      source.return?.();
      return { done: true, value: undefined };
    },
  };
  return iterator;
}
