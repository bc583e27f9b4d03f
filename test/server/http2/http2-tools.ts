/** What the tests of HTTP/2 share: a session that ends with its file, and a request as one promise. */
import http2, { type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from "node:http2";
import { after } from "node:test";
import type { Running } from "#src/server/handler.js";

/** A session by prior knowledge. */
export async function session(
  running: Running,
  options: http2.ClientSessionOptions = {},
): Promise<ClientHttp2Session> {
  const opened = http2.connect(running.url, options);
  opened.on("error", () => undefined);
  after(() => opened.destroy());
  await new Promise<void>((resolve) => opened.once("remoteSettings", () => resolve()));
  return opened;
}

/** What came back on a stream. */
export interface Answer {
  /** 0 when there was no head. */
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly trailers: Readonly<Record<string, unknown>>;
  /** The statuses of interim responses. */
  readonly interim: readonly number[];
  /** The code the stream was closed with; 0 when all went well. */
  readonly code: number;
}

/** Sends a request; the body, when there is one, at once. */
export function ask(client: ClientHttp2Session, fields: OutgoingHttpHeaders, body?: string): Promise<Answer> {
  const stream = client.request(fields, { endStream: body === undefined });
  if (body !== undefined) stream.end(body);
  return answerOf(stream);
}

/** Reads what comes on a stream until it is closed. */
export function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  let [status, text] = [0, ""];
  let headers: Record<string, unknown> = {};
  let trailers: Record<string, unknown> = {};
  const interim: number[] = [];
  stream.on("headers", (fields) => interim.push(fields[":status"] ?? 0));
  stream.on("response", (fields) => {
    headers = fields;
    status = fields[":status"] ?? 0;
  });
  stream.on("trailers", (fields) => (trailers = fields));
  stream.on("error", () => undefined);
  stream.setEncoding("utf8").on("data", (piece: string) => (text += piece));
  return new Promise((resolve) => {
    stream.once("close", () => resolve({ status, headers, text, trailers, interim, code: stream.rstCode }));
  });
}
