/** Handlers over node's own request and response, for every framework that hands them out. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { LONG, type Tools } from "./subject.js";

/** Two pieces, the second only when the test says so. */
export async function stream(response: ServerResponse, { gates }: Tools, gate = "stream"): Promise<void> {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.write("the first piece\n");
  (response as { flush?: () => void }).flush?.();
  await gates.wait(gate);
  response.end("the second piece\n");
}

/** Two events. */
export async function events(response: ServerResponse, { gates }: Tools): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("data: 1\n\n");
  await gates.wait("events");
  response.end("data: 2\n\n");
}

/** Never ends by itself. */
export function hang(response: ServerResponse, { gates }: Tools): void {
  response.write("the first piece\n");
  response.on("close", () => {
    if (!response.writableFinished) gates.reach("gone");
  });
}

/** Reads a body and says when it is cut. */
export function swallow(request: IncomingMessage, { gates }: Tools): void {
  request.once("data", () => gates.reach("begun"));
  request.resume();
  request.on("error", () => undefined);
  request.on("close", () => {
    if (!request.complete) gates.reach("cut");
  });
}

/** The long text, as it is. */
export function long(response: ServerResponse): void {
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(LONG);
}

/** Two pieces as a stream, the second when the test says so. */
export function two(first: string, second: string, gate: Promise<void>): Readable {
  const pieces = async function* (): AsyncGenerator<string> {
    yield first;
    await gate;
    yield second;
  };
  return Readable.from(pieces(), { objectMode: false });
}
