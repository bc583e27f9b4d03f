/** The plainest host of a fetch handler on `node:http`: what fetch frameworks are compared with. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";
import { onNode, type Plain } from "./subject.js";

type Handler = (request: Request) => Response | Promise<Response>;

/** Runs a handler by itself. */
export function onFetchHost(handler: Handler): Promise<Plain> {
  return onNode(createServer((request, response) => void answer(handler, request, response)));
}

async function answer(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const abort = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) abort.abort();
  });
  try {
    await write(await handler(requestOf(request, abort.signal)), request, response);
  } catch {
    if (response.headersSent) return void response.destroy();
    response.writeHead(500, { "content-type": "text/plain" }).end("Internal Server Error\n");
  }
}

function requestOf(request: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", headers } = request;
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(`http://${headers.host}${request.url}`, {
    method,
    signal,
    headers: headers as Record<string, string>,
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream, duplex: "half" } : undefined),
  } as RequestInit);
}

async function write(given: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.statusCode = given.status;
  for (const [name, value] of given.headers) {
    if (name === "set-cookie") response.appendHeader(name, value);
    else response.setHeader(name, value);
  }
  if (given.body === null || request.method === "HEAD") {
    await given.body?.cancel();
    return void response.end();
  }
  const body = Readable.fromWeb(given.body as NodeStream);
  body.on("error", () => response.destroy());
  response.on("close", () => body.destroy());
  body.pipe(response);
}
