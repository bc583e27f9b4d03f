/** Sends a whole PSGI response. */
import type { HttpSendEvent } from "../../pagi/event.ts";
import type { PsgiFile, PsgiTriple } from "../../psgi/response.ts";
import { isBodyless } from "../../http/status.ts";
import { type Outlet, pump, sendHeadOnly } from "../stream/pump.ts";
import type { Report } from "../stream/source.ts";
import { closeSource, discardBody, isFile, openBody } from "./body.ts";
import { checkTriple, startOf } from "./head.ts";
import { joinPieces } from "./pieces.ts";

/** One exchange as the request/response form sees it. */
export interface Exchange extends Outlet {
  readonly isHead: boolean;
  readonly report: Report;
}

/**
 * Sends `triple`; resolves when its last piece was accepted. Throws when it is invalid. The body is closed in
 * every ending (BODY-5).
 */
export function answer(triple: PsgiTriple, exchange: Exchange): Promise<void> {
  try {
    checkTriple(triple);
  } catch (error) {
    discardInvalid(triple, exchange.report);
    throw error;
  }
  return answerChecked(triple, exchange);
}

/** `answer` for a triple that has passed `checkTriple`. */
export async function answerChecked(triple: PsgiTriple, exchange: Exchange): Promise<void> {
  const [status, headers, body] = triple;
  if (!Array.isArray(body)) return answerStream(triple, exchange);
  const whole = body.length === 0 ? "" : joinPieces(body);
  await exchange.send(startOf(status, headers));
  return exchange.send({ type: "http.response.body", body: whole });
}

async function answerStream(triple: PsgiTriple, exchange: Exchange): Promise<void> {
  const [status, headers, body] = triple;
  const file = isFile(body) ? body : undefined;
  const source = file === undefined ? openBody(body, exchange.report) : closeSource(file, exchange.report);
  try {
    const start = startOf(status, headers);
    if (exchange.isHead || isBodyless(status)) return await sendHeadOnly(start, source, exchange.send);
    if (file === undefined) return await pump(start, source, exchange);
    await exchange.send(start);
    return await exchange.send(fileEvent(file));
  } finally {
    source.release();
  }
}

function fileEvent({ path, offset, length }: PsgiFile): HttpSendEvent {
  return {
    type: "http.response.body",
    file: path,
    ...(offset !== undefined && { offset }),
    ...(length !== undefined && { length }),
  };
}

/** APP-6: an invalid response is an error, and a body in it is closed all the same. */
function discardInvalid(value: unknown, report: Report): void {
  if (!Array.isArray(value)) return;
  for (const part of value.slice(2)) discardBody(part, report);
}
