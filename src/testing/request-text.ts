/** A request of the test clients as HTTP/1 text, the same with and without a socket. */
import { Buffer } from "node:buffer";
import type { Headers } from "../pagi/scope.ts";
import type { ClientRequest, RequestBody } from "./client.ts";

/** The head of a request and how its body is framed. */
export interface RequestText {
  /** A byte string that ends with the empty line. */
  readonly head: string;
  readonly isChunked: boolean;
  /** True when the client waits for 100 before it sends the body. */
  readonly waitsForContinue: boolean;
}

/** Writes the head of a request; adds Host and the framing of the body where they are not given. */
export function requestText(request: ClientRequest, host: string): RequestText {
  const given = request.headers ?? [];
  const added: [string, string][] = [];
  if (!has(given, "host")) added.push(["Host", host]);
  const isFramed = has(given, "content-length") || has(given, "transfer-encoding");
  if (!isFramed && request.body !== undefined) added.push(framingOf(request.body));
  const line = `${request.method ?? "GET"} ${request.path ?? "/"} HTTP/${request.httpVersion ?? "1.1"}\r\n`;
  const waitsForContinue = given.some(
    ([name, value]) => name.toLowerCase() === "expect" && value.toLowerCase() === "100-continue",
  );
  const isChunked = has([...given, ...added], "transfer-encoding");
  return { head: `${line}${fieldLines([...added, ...given])}\r\n`, isChunked, waitsForContinue };
}

/** Fields as HTTP/1 lines. */
export function fieldLines(headers: Headers): string {
  return headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
}

/** The bytes of a body that is given at once; `undefined` for one that comes piece by piece. */
export function wholeBody(body: RequestBody | undefined): Buffer | undefined {
  return typeof body === "string" || body instanceof Uint8Array ? Buffer.from(body) : undefined;
}

function has(headers: Headers, wanted: string): boolean {
  return headers.some(([name]) => name.toLowerCase() === wanted);
}

function framingOf(body: RequestBody): [string, string] {
  const whole = wholeBody(body);
  return whole === undefined ? ["Transfer-Encoding", "chunked"] : ["Content-Length", String(whole.length)];
}
