/** Which way a body takes, decided when its first piece is there. */
import { isBodyless } from "../../http/status.ts";
import type { HttpResponseStart } from "../../pagi/event.ts";
import { type BodyFilter, type ChunkFilter, noBody } from "../body-filter.ts";
import type { ResponseHead } from "../response-head.ts";
import { type BodyPath, DropPath, type Outgoing, PassPath } from "./body-path.ts";
import { MapPath } from "./map-path.ts";
import { WholePath } from "./whole-path.ts";

/** What the choice depends on. */
export interface Choice {
  readonly out: Outgoing;
  /** As the app sent it. */
  readonly start: HttpResponseStart;
  /** As the middleware edited it. */
  readonly head: ResponseHead;
  readonly filter: BodyFilter | undefined;
  readonly isHead: boolean;
}

/** The way for the body of this response; may still edit the head. */
export function choosePath({ out, start, head, filter, isHead }: Choice): BodyPath {
  const untouched = filter === undefined && head.status === start.status;
  if (isEmptied(head.status) && !untouched) return dropped({ out, head, filter });
  if (filter === undefined) return new PassPath(out, head.toEvent());
  if (filter === noBody) return isHead ? new DropPath(out, head.toEvent()) : dropped({ out, head, filter });
  const isClosed = head.file?.file !== undefined && out.openFile === undefined;
  if ("whole" in filter) {
    return isHead || isClosed ? new PassPath(out, start) : new WholePath({ out, start, head }, filter);
  }
  const chunkFilter = typeof filter === "function" ? { transform: filter } : filter;
  if (isHead) return dropped({ out, head, filter });
  if (!isClosed) return new MapPath({ out, head }, chunkFilter);
  chunkFilter.cancel?.();
  return new PassPath(out, start);
}

// A 205 has no bytes either (RFC 9110 §15.3.6, HTTP-23).
function isEmptied(status: number): boolean {
  return isBodyless(status) || status === 205;
}

interface Dropped {
  readonly out: Outgoing;
  readonly head: ResponseHead;
  readonly filter: BodyFilter | undefined;
}

// A 304 may state the length of what it stands for, a 204 must not (RFC 9110 §8.6).
function dropped({ out, head, filter }: Dropped): BodyPath {
  if (head.status !== 304) head.remove("content-length");
  if (isChunkFilter(filter)) filter.cancel?.();
  return new DropPath(out, head.toEvent());
}

function isChunkFilter(filter: BodyFilter | undefined): filter is ChunkFilter {
  return typeof filter === "object" && "transform" in filter;
}
