/** What the server itself answers when a request never reaches its app, or its app is not to answer any more. */
import { reasonPhrase } from "../http/status.ts";
import { WEBSOCKET_VERSION } from "../http/websocket.ts";
import type { Headers } from "../pagi/scope.ts";
import { statusLine } from "./status-line.ts";

/** What an answer says beside its status (RFC 9110 §15.5.22 and §15.6.4, RFC 6455 §4.4). */
const EXTRA_FIELDS: Readonly<Record<number, Headers>> = {
  426: [
    ["upgrade", "websocket"],
    ["sec-websocket-version", WEBSOCKET_VERSION],
  ],
  503: [["retry-after", "5"]],
};

/** A whole answer in plain text, without date and framing. */
export interface Refusal {
  readonly headers: Headers;
  readonly body: string;
}

/**
 * The answer for a status.
 *
 * @example
 * refusalOf(404).body; // "Not Found\n"
 */
export function refusalOf(status: number): Refusal {
  const body = `${reasonPhrase(status)}\n`;
  const headers: Headers = [
    ["content-type", "text/plain; charset=utf-8"],
    ["content-length", String(body.length)],
    ...(EXTRA_FIELDS[status] ?? []),
  ];
  return { headers, body };
}

/**
 * The same as HTTP/1, after which the connection closes; `dateLine` is its date field. HEAD gets no body
 * (RFC 9110 §9.3.2).
 */
export function refusalText(status: number, dateLine: string, isHead: boolean): string {
  const { headers, body } = refusalOf(status);
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const connection = status === 426 ? "close, upgrade" : "close";
  const head = `${statusLine(status)}${lines}${dateLine}connection: ${connection}\r\n\r\n`;
  return isHead ? head : head + body;
}
