/**
 * What a PSGI app returns. Types only. Rules: `spec/PSGI.md` (RES-*, BODY-*, DELAY-*).
 */

/** A flat list: name, value, name, value. Names in any case; repeated names stay repeated. */
export type PsgiHeaders = readonly string[];

/** One piece of a body; a string is sent as UTF-8. Where pieces begin and end carries no meaning. */
export type PsgiChunk = Uint8Array | string;

/** An object in the manner of a Perl file handle. */
export interface PsgiHandle {
  /** The next piece, or `undefined`/`null` at the end. */
  getline(): PsgiChunk | null | undefined | Promise<PsgiChunk | null | undefined>;
  close?(): unknown;
}

/** A file on disk that the server may send by itself. */
export interface PsgiFile {
  /** An absolute path. */
  readonly path: string;
  readonly offset?: number;
  readonly length?: number;
  close?(): unknown;
}

/** The part of a Node `Readable` that is used; any one fits. */
export interface PsgiReadable extends AsyncIterable<PsgiChunk> {
  destroy(error?: Error): unknown;
}

/**
 * A response body. However the exchange ends, `close`, `return`, `cancel` or `destroy` of the body is
 * called exactly once, also when the body was never read (BODY-5).
 */
export type PsgiBody =
  | readonly PsgiChunk[]
  | PsgiHandle
  | PsgiFile
  | PsgiReadable
  | ReadableStream<PsgiChunk>
  | AsyncIterable<PsgiChunk>
  | Iterable<PsgiChunk>;

/** A complete response. */
export type PsgiTriple = readonly [status: number, headers: PsgiHeaders, body: PsgiBody];

/** The head of a response whose body is written piece by piece. */
export type PsgiHead = readonly [status: number, headers: PsgiHeaders];

/** Writes a body piece by piece, now or at any later time. */
export interface PsgiWriter {
  /** Resolves `true` when the next piece may follow, `false` when the client has gone. Rejects after `close`. */
  write(chunk: PsgiChunk): Promise<boolean>;
  /** Completes the response; a second call does nothing. */
  close(): Promise<void>;
  /** Aborted when the client is lost before `close`. */
  readonly signal: AbortSignal;
}

/** Starts the response of a delayed app; a second call throws. */
export interface PsgiResponder {
  (response: PsgiTriple): Promise<void>;
  (head: PsgiHead): PsgiWriter;
}

/** A response that comes later: the server calls it once with the responder. */
export type PsgiDelayed = (respond: PsgiResponder) => unknown;

/** Everything a PSGI app may return. */
export type PsgiResponse = PsgiTriple | PsgiDelayed;
