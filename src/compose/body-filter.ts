/** What can be done to a response body on its way out. */
import type { BodyChunk } from "./body-reader.ts";
import type { ResponseHead } from "./response-head.ts";

/** What a filter gives back; nothing sends nothing for this piece. */
export type FilterOutput = BodyChunk | undefined | void;

/** Maps a body piece by piece. Pieces are never empty, and where they begin and end carries no meaning. */
export interface ChunkFilter {
  transform(chunk: Uint8Array): FilterOutput | Promise<FilterOutput>;
  /** Called once after the last piece; what it gives back ends the body. */
  flush?(): FilterOutput | Promise<FilterOutput>;
  /** Called once in place of `flush` when the body never reaches its end. */
  cancel?(): void;
}

/**
 * Takes the body as one. When it grows beyond `maxBytes`, or its end never comes, or it is a file that
 * cannot be read here, the response passes as the app sent it: the edits of the head are dropped too.
 */
export interface WholeFilter {
  readonly maxBytes: number;
  /** The head has not left yet and can still be edited. Nothing given back leaves the body as it is. */
  whole(body: Uint8Array, head: ResponseHead): FilterOutput | Promise<FilterOutput>;
}

/** The three ways to filter a body; a function is a {@link ChunkFilter} without an end. */
export type BodyFilter = ChunkFilter["transform"] | ChunkFilter | WholeFilter | typeof noBody;

/**
 * A body filter that sends no body at all, whatever it was made of. The headers stay.
 *
 * @example
 * filterResponse(app, (head, scope) => (isFresh(head, scope) ? noBody : undefined));
 */
export const noBody: unique symbol = Symbol("tack.noBody");
