/** The rules of one event stream in both directions (SSE-*). */
import type { Headers } from "../../pagi/scope.ts";
import { pagiFault, shown } from "./fault.ts";
import { checkHeaders } from "./headers.ts";
import { checkWhole } from "./http.ts";
import type { AnswerRules } from "./request-conversation.ts";
import { advanceResponse, IDLE, mustOffer, type ResponseState } from "./response.ts";
import { isBetween, isCount, isSeconds, type Unknowns } from "./value.ts";

/** Where one event stream stands. */
export interface StreamState {
  readonly phase: "idle" | "answering" | "open" | "closed";
  /** The response that is given instead of a stream. */
  readonly response: ResponseState;
}

const OPEN: StreamState = { phase: "open", response: IDLE };
const CLOSED: StreamState = { phase: "closed", response: IDLE };

function advance(state: StreamState, event: Unknowns, scope: Unknowns): StreamState {
  const type = String(event["type"]);
  if (state.phase === "open") return advanceOpen(state, event, scope);
  if (state.phase === "closed") {
    if (type === "sse.close") return state;
    throw pagiFault("SSE-10", `${shown(type)} follows sse.close`);
  }
  if (type === "sse.start" && state.phase === "idle") return start(event);
  if (type.startsWith("sse.") || (state.phase === "idle" && isTooEarly(type))) {
    throw pagiFault("SSE-3", `${shown(type)} came ${state.phase === "idle" ? "first" : "in another answer"}`);
  }
  const response = advanceResponse(state.response, event, scope);
  return { phase: response.phase === "idle" ? "idle" : "answering", response };
}

function isTooEarly(type: string): boolean {
  return type === "http.response.body" || type === "http.response.trailers";
}

function start(event: Unknowns): StreamState {
  const { status = 200, headers = [] } = event;
  const empty = status === 204 || status === 205 || status === 304;
  if (!isBetween(status, 200, 999) || empty)
    throw pagiFault("SSE-4", `sse.start has status ${shown(status)}`);
  checkHeaders("sse.start headers", headers);
  if ((headers as Headers).some(([name]) => name === "content-length"))
    throw pagiFault("SSE-4", "sse.start has a content-length");
  return OPEN;
}

function advanceOpen(state: StreamState, event: Unknowns, scope: Unknowns): StreamState {
  const type = String(event["type"]);
  if (type === "sse.start") throw pagiFault("SSE-4", "sse.start was sent again");
  if (type === "http.response.informational") throw pagiFault("EXT-HINT-1", `${type} follows sse.start`);
  if (type.startsWith("http.response.")) throw pagiFault("SSE-11", `${shown(type)} follows sse.start`);
  if (type === "http.fullflush") mustOffer(scope, "fullflush", type);
  else checkStreamEvent(type, event);
  return type === "sse.close" ? CLOSED : state;
}

function checkStreamEvent(type: string, event: Unknowns): void {
  if (type === "sse.send") return checkMessage(event);
  const { comment, interval, reason } = event;
  if (type === "sse.comment") {
    if (typeof comment !== "string") throw pagiFault("SSE-8", `sse.comment has comment ${shown(comment)}`);
  } else if (type === "sse.keepalive") {
    if (!isSeconds(interval)) throw pagiFault("SSE-9", `sse.keepalive has interval ${shown(interval)}`);
    if (!isText(comment)) throw pagiFault("SSE-9", `sse.keepalive has comment ${shown(comment)}`);
  } else if (type !== "sse.close") {
    throw pagiFault("APP-13", `the app sent ${shown(type)} on a scope of type sse`);
  } else if (!isText(reason)) {
    throw pagiFault("APP-13", `sse.close has reason ${shown(reason)}`);
  }
}

function isText(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function checkMessage({ data, event, id, retry }: Unknowns): void {
  if (typeof data !== "string") throw pagiFault("SSE-6", `sse.send has data ${shown(data)}`);
  for (const [name, value] of [
    ["event", event],
    ["id", id],
  ] as const) {
    if (!isText(value) || ["\r", "\n", "\0"].some((end) => String(value).includes(end))) {
      throw pagiFault("SSE-6", `sse.send has ${name} ${shown(value)}`);
    }
  }
  if (retry !== undefined && !isCount(retry)) throw pagiFault("SSE-6", `sse.send has retry ${shown(retry)}`);
}

/** One event stream as lint sees it. */
export const SSE_RULES: AnswerRules<StreamState> = {
  beginning: { phase: "idle", response: IDLE },
  advance,
  checkEnd({ phase, response }) {
    if (phase === "idle") throw pagiFault("SSE-16", "the app returned and neither started nor answered");
    if (phase === "open") throw pagiFault("SSE-12", "the app returned while its stream was open");
    if (phase === "answering") checkWhole(response);
  },
};
