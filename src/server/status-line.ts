/** Status lines of HTTP/1 responses (RFC 9112 §4). */
import { reasonPhrase } from "../http/status.ts";
import { WEBSOCKET_VERSION } from "../http/websocket.ts";

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

/** What an answer of the server says beside its status (RFC 9110 §15.5.22 and §15.6.4, RFC 6455 §4.4). */
const EXTRA_LINES: Readonly<Record<number, string>> = {
  426: `upgrade: websocket\r\nsec-websocket-version: ${WEBSOCKET_VERSION}\r\n`,
  503: "retry-after: 5\r\n",
};

/**
 * A whole answer in plain text after which the connection closes; `dateLine` is its date field. HEAD gets no body
 * (RFC 9110 §9.3.2).
 */
export function refusalText(status: number, dateLine: string, isHead: boolean): string {
  const body = `${reasonPhrase(status)}\n`;
  const type = `content-type: text/plain; charset=utf-8\r\ncontent-length: ${body.length}\r\n`;
  const more = EXTRA_LINES[status] ?? "";
  const connection = status === 426 ? "close, upgrade" : "close";
  const head = `${statusLine(status)}${type}${more}${dateLine}connection: ${connection}\r\n\r\n`;
  return isHead ? head : head + body;
}
