/** Node only. Answers a hosted request with a message app, through whatever was put around the response before. */
import { once } from "node:events";
import { open } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { ContractError } from "../../http/errors.ts";
import { watchedIo } from "../../http/watched-io.ts";
import type { App, Receive, Send } from "../../pagi/app.ts";
import type {
  FileHandleLike,
  HttpFileBody,
  HttpResponseBody,
  HttpResponseStart,
  SendEvent,
} from "../../pagi/event.ts";
import type { HttpScope, SseScope } from "../../pagi/scope.ts";

const FILE_PIECE_BYTES = 65_536;

/** The call that goes on to the next app. */
export interface PassedCall {
  readonly scope: HttpScope | SseScope;
  readonly receive: Receive;
  readonly send: Send;
}

/** Runs `app` and writes what it sends to `response`. */
export async function passOn(app: App, call: PassedCall, response: ServerResponse): Promise<void> {
  let start: HttpResponseStart | undefined;
  let isWhole = false;
  const take = async (event: SendEvent): Promise<void> => {
    if (event.type === "http.response.start") {
      start = event;
    } else if (event.type === "http.response.body") {
      if (!response.headersSent) writeHead(response, start);
      const isLast = event.more !== true && start?.trailers !== true;
      isWhole = isLast;
      await writeBody(response, event, isLast);
    } else if (event.type === "http.response.trailers") {
      response.addTrailers([...(event.headers ?? [])] as [string, string][]);
      isWhole = true;
      response.end();
    } else if (event.type === "http.response.informational") {
      await call.send(event);
    }
  };
  let isTaken = false;
  const scope = withWatchedIo(call.scope, () => (isTaken = true));
  await app(scope, call.receive, take as Send);
  // The connection is the app's, and the exchange ends with it.
  if (isTaken) return;
  // Not `writableEnded`: what stands around the response may end it later.
  if (!isWhole) throw new ContractError("HTTP-28", "the app returned before the end of its response");
}

/** The same scope, telling when the app takes the connection. */
function withWatchedIo(scope: HttpScope | SseScope, taken: () => void): HttpScope | SseScope {
  const { io } = scope.extensions;
  if (io === undefined) return scope;
  const prototype: unknown = Object.getPrototypeOf(scope);
  const extensions = { ...scope.extensions, io: watchedIo(io, taken) };
  return { __proto__: prototype, ...scope, extensions } as unknown as HttpScope | SseScope;
}

/** What the app sets replaces what was set before it; all the rest stays. */
function writeHead(response: ServerResponse, start: HttpResponseStart | undefined): void {
  const fields = new Map<string, string[]>();
  for (const [name, value] of start?.headers ?? []) {
    const values = fields.get(name) ?? [];
    values.push(value);
    fields.set(name, values);
  }
  for (const [name, values] of fields) response.setHeader(name, values.length === 1 ? values[0]! : values);
  response.statusCode = start?.status ?? 200;
  if (start?.statusText !== undefined) response.statusMessage = start.statusText;
}

async function writeBody(response: ServerResponse, event: HttpResponseBody, isLast: boolean): Promise<void> {
  if (event.file !== undefined || event.handle !== undefined) {
    await writeFile(response, event as HttpFileBody);
    if (isLast) response.end();
  } else if (isLast) {
    response.end(event.body);
  } else {
    await write(response, event.body ?? "");
  }
}

async function write(response: ServerResponse, piece: Uint8Array | string): Promise<void> {
  if (piece.length === 0) return response.flushHeaders();
  if (response.write(piece) || response.destroyed) return;
  const gone = new AbortController();
  const isOver = once(response, "close", { signal: gone.signal });
  const isDrained = once(response, "drain", { signal: gone.signal });
  isOver.catch(() => undefined);
  isDrained.catch(() => undefined);
  await Promise.race([isOver, isDrained]);
  gone.abort();
}

async function writeFile(response: ServerResponse, event: HttpFileBody): Promise<void> {
  const opened = event.file === undefined ? undefined : await open(event.file);
  try {
    await writeRange(response, opened ?? event.handle!, event);
  } finally {
    await opened?.close();
  }
}

async function writeRange(
  response: ServerResponse,
  handle: FileHandleLike,
  event: HttpFileBody,
): Promise<void> {
  let at = event.offset ?? 0;
  const end = event.length === undefined ? Infinity : at + event.length;
  while (at < end && !response.destroyed) {
    const buffer = new Uint8Array(Math.min(FILE_PIECE_BYTES, end - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, at);
    if (bytesRead === 0) break;
    at += bytesRead;
    await write(response, buffer.subarray(0, bytesRead));
  }
}
