/** What keeps an event stream readable, checked on every event an app sends (SSE-4 to SSE-9). Each throws a `ContractError`. */
import { ContractError } from "../http/errors.ts";
import { EVENT_STREAM, isEventWord } from "../http/event-stream.ts";
import type { HttpResponseStart, SseComment, SseKeepalive, SseSend, SseStart } from "../pagi/event.ts";
import type { Headers } from "../pagi/scope.ts";

/** The response start that begins a stream, with the fields the app left out (SSE-5). */
export function checkStreamStart({ status = 200, headers = [] }: SseStart): HttpResponseStart {
  const isBodyless = status === 204 || status === 205 || status === 304;
  if (!Number.isInteger(status) || status < 200 || status > 999 || isBodyless) {
    const what = isBodyless
      ? "has no body to stream; send http.response.start"
      : "is no status from 200 to 999";
    throw new ContractError("SSE-4", `${String(status)} ${what}`);
  }
  const names = new Set(Array.isArray(headers) ? (headers as Headers).map((pair) => pair?.[0]) : []);
  if (names.has("content-length")) throw new ContractError("SSE-4", "a stream has no content-length");
  const added: [string, string][] = [];
  if (!names.has("content-type")) added.push(["content-type", EVENT_STREAM]);
  if (!names.has("cache-control")) added.push(["cache-control", "no-cache"]);
  // What is no list is for the response to refuse.
  const all = Array.isArray(headers) && added.length > 0 ? [...(headers as Headers), ...added] : headers;
  return { type: "http.response.start", status, headers: all };
}

/** Checks one event (SSE-6). */
export function checkStreamSend({ data, event, id, retry }: SseSend): void {
  if (typeof data !== "string") throw new ContractError("SSE-6", "data must be a string");
  checkWord("event", event);
  checkWord("id", id);
  if (retry !== undefined && !(Number.isSafeInteger(retry) && retry >= 0)) {
    throw new ContractError("SSE-6", `retry must be an integer from 0 up, not ${String(retry)}`);
  }
}

function checkWord(name: string, word: unknown): void {
  if (word === undefined || (typeof word === "string" && isEventWord(word))) return;
  throw new ContractError("SSE-6", `${name} must be a string without CR, LF or NUL`);
}

/** Checks a comment (SSE-8). */
export function checkStreamComment({ comment }: SseComment): void {
  if (typeof comment !== "string") throw new ContractError("SSE-8", "comment must be a string");
}

/** Checks a keepalive (SSE-9). */
export function checkStreamKeepalive({ interval, comment }: SseKeepalive): void {
  if (typeof interval !== "number" || !Number.isFinite(interval) || interval < 0) {
    throw new ContractError(
      "SSE-9",
      `interval must be a number of seconds from 0 up, not ${String(interval)}`,
    );
  }
  if (comment !== undefined && typeof comment !== "string") {
    throw new ContractError("SSE-9", "comment must be a string");
  }
}
