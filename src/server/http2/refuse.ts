/** Answers on a stream in the app's place. */
import type { ServerHttp2Stream } from "node:http2";
import type { ProtocolError } from "../../http/errors.ts";
import { reasonPhrase } from "../../http/status.ts";

/** What the answer depends on besides its error. */
export interface RefusalFacts {
  readonly date: string;
  readonly isHead: boolean;
}

/** A whole answer in plain text, as HTTP/1 gives it; HEAD gets no body (RFC 9110 §9.3.2). */
export function refuse(stream: ServerHttp2Stream, { status }: ProtocolError, facts: RefusalFacts): void {
  if (stream.destroyed || stream.closed) return;
  const body = `${reasonPhrase(status)}\n`;
  const fields = {
    ":status": status,
    "content-type": "text/plain; charset=utf-8",
    "content-length": body.length,
    date: facts.date,
    ...(status === 503 ? { "retry-after": "5" } : undefined),
  };
  stream.respond(fields, { endStream: facts.isHead });
  if (!facts.isHead) stream.end(body);
}
