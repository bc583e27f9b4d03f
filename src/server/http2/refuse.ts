/** Answers on a stream in the app's place. */
import type { ServerHttp2Stream } from "node:http2";
import type { ProtocolError } from "../../http/errors.ts";
import { refusalOf } from "../refusal.ts";
import { fieldBlock } from "./field-block.ts";

/** What the answer depends on besides its error. */
export interface RefusalFacts {
  readonly date: string;
  readonly isHead: boolean;
}

/** A whole answer in plain text, as HTTP/1 gives it; HEAD gets no body (RFC 9110 §9.3.2). */
export function refuse(stream: ServerHttp2Stream, { status }: ProtocolError, facts: RefusalFacts): void {
  if (stream.destroyed || stream.closed) return;
  const { headers, body } = refusalOf(status);
  const { date, isHead } = facts;
  stream.respond({ ":status": status, date, ...fieldBlock(headers) }, { endStream: isHead });
  if (!isHead) stream.end(body);
}
