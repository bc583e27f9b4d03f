/** Handlers over the web's own request and response, for every framework that takes them. */
import { planned, summary, type Tools } from "./subject.js";

const encoder = new TextEncoder();

/** Two pieces, the second when the test says so. */
export function two(type: string, pieces: readonly [string, string], gate: Promise<void>): Response {
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      controller.enqueue(encoder.encode(pieces[0]));
      await gate;
      controller.enqueue(encoder.encode(pieces[1]));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": type } });
}

/** The two pieces of the stream row. */
export const stream = ({ gates }: Tools): Response =>
  two("text/plain", ["the first piece\n", "the second piece\n"], gates.wait("stream"));

/** The two events. */
export const events = ({ gates }: Tools): Response =>
  two("text/event-stream", ["data: 1\n\n", "data: 2\n\n"], gates.wait("events"));

/** Never ends by itself; the signal tells when the client has gone. */
export function hang(request: Request, { gates }: Tools): Response {
  request.signal.addEventListener("abort", () => gates.reach("gone"));
  return two("text/plain", ["the first piece\n", ""], gates.wait("never"));
}

/** Reads a body and says when it is cut. */
export async function swallow(request: Request, { gates }: Tools): Promise<Response> {
  try {
    for await (const _ of request.body as unknown as AsyncIterable<Uint8Array>) gates.reach("begun");
  } catch {
    gates.reach("cut");
  }
  return new Response("swallowed");
}

/** Answers a multipart upload. */
export async function upload(form: FormData): Promise<object> {
  const file = form.get("file") as File;
  return summary(file.name, new Uint8Array(await file.arrayBuffer()), form.get("title"));
}

/** A form as an object. */
export function fields(form: FormData): object {
  return Object.fromEntries(form);
}

/** Two cookies that a framework without a word for them sets. */
export function withCookies(request: Request): Response {
  const c = /\bc=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1];
  const response = new Response(c, { headers: { "content-type": "text/plain" } });
  response.headers.append("set-cookie", "a=1; Path=/");
  response.headers.append("set-cookie", "b=2; HttpOnly");
  return response;
}

/** What throws. */
export function fail(): never {
  throw planned();
}

/** Why nothing of a fetch framework serves files here. */
export const NO_FILES = "serving files is the runtime's";
