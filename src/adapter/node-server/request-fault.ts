/** Node only. What the parser of `node:http` lets pass and a server must refuse. */
import type { IncomingMessage } from "node:http";

/** The status that refuses `request`, or `undefined` for one that is fine. */
export function faultOf(request: IncomingMessage): number | undefined {
  // A line without a version is taken for HTTP/0.9.
  if (request.httpVersionMajor < 1) return 505;
  // RFC 9112 6.1: a coding nobody asked for.
  const coding = request.headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") return 501;
  return hasSecondHost(request.rawHeaders) ? 400 : undefined;
}

/** RFC 9112 3.2: node keeps the first and passes both on. */
function hasSecondHost(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === "host") count++;
  }
  return count > 1;
}
