/** The sending side of one http response as a state and a step (HTTP-*, EXT-*). A step throws or gives the next state. */
import { pagiFault, shown } from "./fault.ts";
import { checkHeaders, checkTrailers, declaredLength } from "./headers.ts";
import {
  byteCount,
  hasControl,
  isAbsolutePath,
  isBetween,
  isBytes,
  isCount,
  isRecord,
  isWide,
} from "./value.ts";
import type { Unknowns } from "./value.ts";

/** How far a response has come. Never changed in place, so a failed send goes back to the one before. */
export interface ResponseState {
  readonly phase: "idle" | "started" | "body" | "trailers" | "done";
  readonly status: number;
  readonly trailers: boolean;
  /** Bytes that `content-length` still asks for; `undefined` when nobody counts. */
  readonly remaining: number | undefined;
}

/** The response before its first event. */
export const IDLE: ResponseState = { phase: "idle", status: 0, trailers: false, remaining: undefined };

/** The state after `event`. Throws a `ContractError` when the event may not come now or is malformed. */
export function advanceResponse(state: ResponseState, event: Unknowns, scope: Unknowns): ResponseState {
  const type = event["type"];
  if (state.phase === "done") throw pagiFault("HTTP-21", `${shown(type)} follows the end of the response`);
  if (type === "http.response.start") return start(state, event, scope);
  if (type === "http.response.body") return body(state, event);
  if (type === "http.response.trailers") return trailers(state, event);
  if (type === "http.response.informational") return informational(state, event, scope);
  if (type === "http.fullflush") return flush(state, scope);
  throw pagiFault("APP-13", `the app sent ${shown(type)} on a scope of type ${shown(scope["type"])}`);
}

function start(state: ResponseState, event: Unknowns, scope: Unknowns): ResponseState {
  const { status, headers = [], statusText, trailers = false } = event;
  if (state.phase !== "idle") throw pagiFault("HTTP-7", "http.response.start was sent again");
  if (!isBetween(status, 200, 999))
    throw pagiFault("HTTP-8", `http.response.start has status ${shown(status)}`);
  checkHeaders("http.response.start headers", headers);
  if (typeof trailers !== "boolean") {
    throw pagiFault("APP-13", `http.response.start has trailers ${shown(trailers)}, not a boolean`);
  }
  if (statusText !== undefined) checkStatusText(statusText);
  const length = declaredLength("http.response.start headers", headers);
  if (length !== undefined && status === 204) throw pagiFault("HTTP-23", "a 204 has content-length");
  if (length !== undefined && trailers && scope["httpVersion"] !== "2") {
    throw pagiFault("HTTP-18", "http.response.start has trailers and content-length");
  }
  const exempt = scope["method"] === "HEAD" || status === 304;
  return { phase: "started", status, trailers, remaining: exempt ? undefined : length };
}

function checkStatusText(text: unknown): void {
  if (typeof text === "string" && !hasControl(text) && !isWide(text)) return;
  throw pagiFault("HTTP-9", `http.response.start has statusText ${shown(text)}`);
}

function body(state: ResponseState, event: Unknowns): ResponseState {
  const { body: piece = "", more = false } = event;
  if (state.phase === "idle") throw pagiFault("HTTP-7", "http.response.body came before http.response.start");
  if (state.phase === "trailers") throw pagiFault("HTTP-17", "http.response.body follows the last piece");
  if (typeof more !== "boolean") throw pagiFault("HTTP-11", `http.response.body has more ${shown(more)}`);
  if (!isBytes(piece) && typeof piece !== "string") {
    throw pagiFault("HTTP-11", `http.response.body has body ${shown(piece)}`);
  }
  if (checkFile(state, event)) return last(state, state.remaining);
  const bytes = piece.length === 0 || state.remaining === undefined ? piece.length : byteCount(piece);
  if (bytes > 0 && isEmptyByStatus(state.status)) {
    throw pagiFault("HTTP-23", `http.response.body has ${shown(piece)} in a ${state.status}`);
  }
  const remaining = state.remaining === undefined ? undefined : state.remaining - bytes;
  if (remaining !== undefined && remaining < 0) {
    throw pagiFault("HTTP-22", `http.response.body exceeds content-length by ${-remaining} bytes`);
  }
  if (more) return { ...state, phase: "body", remaining };
  if (remaining !== undefined && remaining > 0) {
    throw pagiFault(
      "HTTP-22",
      `the last http.response.body leaves ${remaining} bytes of content-length unsent`,
    );
  }
  return last(state, remaining);
}

function last(state: ResponseState, remaining: number | undefined): ResponseState {
  return { ...state, phase: state.trailers ? "trailers" : "done", remaining };
}

function isEmptyByStatus(status: number): boolean {
  return status === 204 || status === 205 || status === 304;
}

/** True when the event carries a well-formed file; throws when it carries a bad one. */
function checkFile(state: ResponseState, event: Unknowns): boolean {
  const { file, handle, offset, length } = event;
  const isFile = file !== undefined || handle !== undefined;
  if (file !== undefined && handle !== undefined)
    throw pagiFault("HTTP-10", "http.response.body has file and handle");
  if (isFile && event["body"] !== undefined)
    throw pagiFault("HTTP-10", "http.response.body has body and a file");
  checkRange("offset", offset, isFile);
  checkRange("length", length, isFile);
  if (!isFile) return false;
  if (file !== undefined && !isAbsolutePath(file))
    throw pagiFault("HTTP-12", `http.response.body has file ${shown(file)}`);
  if (handle !== undefined && !(isRecord(handle) && typeof handle["read"] === "function")) {
    throw pagiFault("HTTP-12", `http.response.body has handle ${shown(handle)}`);
  }
  if (state.phase === "body") throw pagiFault("HTTP-13", "a file follows an inline piece of the body");
  if (event["more"] === true) throw pagiFault("HTTP-13", "http.response.body has a file and more: true");
  if (isEmptyByStatus(state.status)) throw pagiFault("HTTP-23", `a ${state.status} has a file`);
  return true;
}

function checkRange(name: string, count: unknown, isFile: boolean): void {
  if (count === undefined || (isFile && isCount(count))) return;
  const where = isFile ? "" : " without a file";
  throw pagiFault("HTTP-12", `http.response.body has ${name} ${shown(count)}${where}`);
}

function trailers(state: ResponseState, event: Unknowns): ResponseState {
  const { headers = [] } = event;
  if (state.phase === "idle")
    throw pagiFault("HTTP-7", "http.response.trailers came before http.response.start");
  if (!state.trailers) throw pagiFault("HTTP-17", "http.response.trailers was not promised by the start");
  if (state.phase !== "trailers")
    throw pagiFault("HTTP-17", "http.response.trailers came before the last piece");
  checkHeaders("http.response.trailers headers", headers);
  checkTrailers("http.response.trailers", headers);
  return { ...state, phase: "done" };
}

function informational(state: ResponseState, event: Unknowns, scope: Unknowns): ResponseState {
  const { status, headers = [] } = event;
  mustOffer(scope, "earlyHints", "http.response.informational");
  if (state.phase !== "idle") throw pagiFault("EXT-HINT-1", "http.response.informational follows the start");
  if (!isBetween(status, 102, 199)) {
    throw pagiFault("EXT-HINT-2", `http.response.informational has status ${shown(status)}`);
  }
  checkHeaders("http.response.informational headers", headers);
  return state;
}

function flush(state: ResponseState, scope: Unknowns): ResponseState {
  mustOffer(scope, "fullflush", "http.fullflush");
  if (state.phase === "idle")
    throw pagiFault("EXT-FLUSH-1", "http.fullflush came before http.response.start");
  return state;
}

/** Throws unless the scope offers the extension that `type` belongs to. */
export function mustOffer(scope: Unknowns, extension: string, type: string): void {
  if (extension in (scope["extensions"] as Unknowns)) return;
  throw pagiFault("EXT-2", `the app sent ${type} and scope.extensions has no ${extension}`);
}
