/** Sends a `Response`. */
import type { HttpResponseStart } from "../../pagi/event.ts";
import type { Headers as HeaderPairs } from "../../pagi/scope.ts";
import { ContractError } from "../../http/errors.ts";
import { type Outlet, pump, sendHeadOnly } from "../stream/pump.ts";
import { type Report, streamSource } from "../stream/source.ts";
import { quickParts } from "../../http/quick-response.ts";

/** Where a response goes. */
export interface ResponseOutlet extends Outlet {
  readonly isHead: boolean;
  readonly report: Report;
}

/**
 * Sends `response`; resolves when its last piece was accepted. Its body is read through its stream, whatever
 * was put into it: `text()` and `bytes()` read the same stream and cost more (`bench/micro/fetch-body.mjs`).
 */
export async function answerWith(response: Response, outlet: ResponseOutlet): Promise<void> {
  const parts = quickParts(response);
  if (parts !== undefined) {
    const { status, headers, body } = parts;
    await outlet.send({ type: "http.response.start", status, headers });
    return outlet.send({ type: "http.response.body", body });
  }
  checkResponse(response);
  const start = startOf(response);
  const body = response.body;
  if (body === null) {
    await outlet.send(start);
    return outlet.send({ type: "http.response.body" });
  }
  // Throws when somebody has read the body or holds a reader: before the head, so it becomes a 500.
  const source = streamSource(body, outlet.report);
  return outlet.isHead ? sendHeadOnly(start, source, outlet.send) : pump(start, source, outlet);
}

function startOf(response: Response): HttpResponseStart {
  // Iterating keeps each Set-Cookie apart and gives lower-case names.
  const headers: HeaderPairs = [...response.headers];
  const { status, statusText } = response;
  if (statusText === "") return { type: "http.response.start", status, headers };
  return { type: "http.response.start", status, headers, statusText };
}

/** By shape, not by class: a `Response` of another realm or library serves as well. */
function checkResponse(value: unknown): asserts value is Response {
  const shape = value as Partial<Response> | null | undefined;
  if (typeof shape === "object" && typeof shape?.status === "number" && shape.headers !== undefined) {
    if (shape.status >= 200 && shape.body !== undefined) return;
  }
  const what =
    typeof value === "object" && value !== null ? `an object (${value.constructor?.name})` : String(value);
  throw new ContractError("APP-2", `a fetch handler returns a Response, not ${what}`);
}
