/** A ready answer as a value that is also an app (spec/PAGI.md, HTTP-*, WS-*, SSE-*). */
import { ClosedError, UsageError } from "../http/errors.ts";
import { hasHeader, headerPairs, type HeaderInput } from "../http/headers.ts";
import { isBodyless } from "../http/status.ts";
import type { App, Send } from "../pagi/app.ts";
import type { HttpFileBody } from "../pagi/event.ts";
import type { ExchangeScope, Headers, Scope } from "../pagi/scope.ts";
import { BodyReader, type BodyStream } from "./body-reader.ts";

const BRAND = Symbol.for("tack.reply");

/** A file for the server to send: `file` is an absolute path, `handle` stays the caller's to close. */
export type ReplyFile = Pick<HttpFileBody, "file" | "handle" | "offset" | "length">;

/** What a reply can carry. */
export type ReplyBody = string | Uint8Array | BodyStream | ReplyFile;

/**
 * Status, headers and body; called as an app it sends them on an http, sse or websocket scope and
 * declines lifespan. One with a text, bytes, array or file answers any number of requests; one with
 * a stream or generator answers once. Tell it from other functions with {@link isReply}.
 */
export interface Reply extends App {
  readonly status: number;
  readonly headers: Headers;
  readonly body: ReplyBody;
}

/**
 * Makes a {@link Reply}. A text without a `content-type` gets `text/plain; charset=utf-8`; all other
 * headers are exactly those given. A streaming body is sent at the pace of the client and released as
 * soon as it has gone; it isn't read at all for HEAD and for statuses that have no body. A stream
 * that fails before its first piece rejects the app before anything was sent. A WebSocket handshake
 * cannot be answered with a status below 300; it gets 403 then (WS-12).
 *
 * Throws a `UsageError` for a status outside 200 to 999.
 *
 * @example
 * const app = mount({ "/health": reply(200, {}, "ok"), "/old": reply(301, { location: "/new" }) });
 */
export function reply(status: number, headers: HeaderInput = [], body: ReplyBody = ""): Reply {
  if (!Number.isInteger(status) || status < 200 || status > 999)
    throw new UsageError(`reply: status must be a whole number from 200 to 999, got ${status}`);
  const pairs = withType(headerPairs(headers), body);
  const app = (scope: Scope, _receive: unknown, send: Send): Promise<void> => answer(made, scope, send);
  const made: Reply = Object.assign(app, { status, headers: pairs, body, [BRAND]: true });
  return made;
}

/**
 * True for what {@link reply} made, also in another copy of this package.
 *
 * @example
 * const answer = await check(scope);
 * if (isReply(answer)) return answer(scope, receive, send);
 */
export function isReply(value: unknown): value is Reply {
  return typeof value === "function" && BRAND in value;
}

const NO_SESSION = reply(403, {}, "There is no WebSocket here");

function withType(headers: Headers, body: ReplyBody): Headers {
  if (typeof body !== "string" || body === "" || hasHeader(headers, "content-type")) return headers;
  return [...headers, ["content-type", "text/plain; charset=utf-8"]];
}

async function answer(made: Reply, scope: Scope, send: Send): Promise<void> {
  // LIFE-*: to return without an answer declines, and is less noise than to throw.
  if (scope.type === "lifespan") return;
  const { status, headers, body } = made;
  // WS-12: a success is no refusal, and nothing accepted the session.
  if (scope.type === "websocket" && status < 300) {
    if (isStream(body)) new BodyReader(body).release();
    return answer(NO_SESSION, scope, send);
  }
  if (isStream(body)) return sendStream(made, body, { scope, send });
  await send({ type: "http.response.start", status, headers });
  if (typeof body === "string" || body instanceof Uint8Array)
    return send({ type: "http.response.body", body });
  return send({ type: "http.response.body", ...body });
}

function isStream(body: ReplyBody): body is BodyStream {
  if (typeof body === "string" || body instanceof Uint8Array) return false;
  return Symbol.asyncIterator in body || Symbol.iterator in body || body instanceof ReadableStream;
}

interface Exchange {
  readonly scope: ExchangeScope;
  readonly send: Send;
}

async function sendStream(made: Reply, body: BodyStream, { scope, send }: Exchange): Promise<void> {
  const { status, headers } = made;
  refuseSecondUse(body);
  const reader = new BodyReader(body);
  const unwanted = isBodyless(status) || ("method" in scope && scope.method === "HEAD");
  if (unwanted || !scope.connection.isConnected) reader.release();
  scope.connection.onDisconnect(() => reader.release());
  try {
    let chunk = await reader.read();
    if (!scope.connection.isConnected) return;
    await send({ type: "http.response.start", status, headers });
    while (chunk !== undefined) {
      await send({ type: "http.response.body", body: chunk, more: true });
      chunk = await reader.read();
    }
    // An app that stops because the client left does not tidy up with a terminal event (HTTP-*).
    if (scope.connection.isConnected) await send({ type: "http.response.body" });
  } finally {
    reader.release();
  }
}

const sent = new WeakSet<object>();

// A used generator looks empty, and a page that is suddenly empty is hard to find. Streams say so themselves.
function refuseSecondUse(body: BodyStream): void {
  if (!("next" in body)) return;
  if (sent.has(body))
    throw new ClosedError("this reply was sent: a generator answers once, make one per request");
  sent.add(body);
}
