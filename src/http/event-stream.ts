/** The text of an event stream, and how a client asks for one (WHATWG HTML, server-sent events). */
import { listMembers } from "./token.ts";

/** One event; the same shape as `sse.send` of the contract. */
export interface StreamEvent {
  readonly data: string;
  readonly event?: string | undefined;
  readonly id?: string | undefined;
  /** Milliseconds. */
  readonly retry?: number | undefined;
}

/** The media type of an event stream. */
export const EVENT_STREAM = "text/event-stream";

const LINE_END = /\r\n|\n|\r/;
const NO_QUALITY = /^q\s*=\s*0(?:\.0{0,3})?$/i;

/**
 * True when the value of an `accept` field names exactly `text/event-stream` with a q above 0 (SSE-1). A wildcard
 * does not count, or every browser would get event streams for pages.
 *
 * @example
 * asksForEvents("text/html, text/event-stream;q=0.5"); // true
 * asksForEvents("text/*, text/event-stream;q=0"); // false
 */
export function asksForEvents(accept: string): boolean {
  // Shorter than the type alone, as most are.
  if (accept.length < EVENT_STREAM.length) return false;
  return listMembers(accept).some((range) => {
    const [type = "", ...parameters] = range.split(";");
    if (type.trim().toLowerCase() !== EVENT_STREAM) return false;
    return !parameters.some((parameter) => NO_QUALITY.test(parameter.trim()));
  });
}

/**
 * An event as it is written: event, data line by line, id, retry, and the empty line that sends it (SSE-7). `event`
 * and `id` must be free of line ends; the caller has checked that.
 *
 * @example
 * eventText({ data: "one\ntwo", id: "7" }); // "data: one\ndata: two\nid: 7\n\n"
 */
export function eventText({ data, event, id, retry }: StreamEvent): string {
  let text = event === undefined ? "" : `event: ${event}\n`;
  if (LINE_END.test(data)) for (const line of data.split(LINE_END)) text += `data: ${line}\n`;
  else text += `data: ${data}\n`;
  if (id !== undefined) text += `id: ${id}\n`;
  if (retry !== undefined) text += `retry: ${retry}\n`;
  return `${text}\n`;
}

/**
 * A comment as it is written: a colon before each line that has none, and an empty line (SSE-8). Clients skip it;
 * what stands between them sees that the connection lives.
 *
 * @example
 * commentText("still here"); // ":still here\n\n"
 */
export function commentText(comment: string): string {
  const lines = comment.split(LINE_END).map((line) => (line.startsWith(":") ? line : `:${line}`));
  return `${lines.join("\n")}\n\n`;
}

/** True for a text that can be an event's name or id: no CR, LF or NUL (SSE-6). */
export function isEventWord(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 13 || code === 10 || code === 0) return false;
  }
  return true;
}
