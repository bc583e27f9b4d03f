/** Status lines of HTTP/1 responses (RFC 9112 §4). */
import { reasonPhrase } from "../http/status.ts";

const statusLines = new Map<number, string>();

/** `HTTP/1.1 200 OK` with its line end; `statusText` takes the place of the usual phrase. */
export function statusLine(status: number, statusText?: string): string {
  if (statusText !== undefined) return `HTTP/1.1 ${status} ${statusText}\r\n`;
  let line = statusLines.get(status);
  if (line === undefined) {
    line = `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n`;
    statusLines.set(status, line);
  }
  return line;
}
