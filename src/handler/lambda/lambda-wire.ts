/** What both ways of answering an invocation have in common. */
import { NO_FIELDS } from "../../exchange/field-facts.ts";
import type { ResponseWire } from "../../exchange/wire.ts";
import { reasonPhrase } from "../../http/status.ts";
import type { AnswerHead, WholeAnswer } from "./answer.ts";

/** Who is told what becomes of a response. */
export interface WireOwner {
  /** The response has more bytes than the platform takes. */
  tooLarge(maxBytes: number): void;
  /** What is written goes nowhere any more. */
  lost(detail: string): void;
}

/** The response of one invocation. */
export interface LambdaWire extends ResponseWire {
  /** Settles when the response is whole and on its way; rejects when a part of it has left and the rest will not. */
  readonly answer: Promise<WholeAnswer | void>;
  /** Answers in the app's place, whatever it has sent; cuts the response when a part of it has left. */
  replaceWith(head: AnswerHead, text: string): void;
}

/** A head of the handler's own, in plain text. */
export function plainHead(status: number): { readonly head: AnswerHead; readonly text: string } {
  const headers = [["content-type", "text/plain; charset=utf-8"]] as const;
  const head = {
    status,
    statusText: undefined,
    headers,
    fields: NO_FIELDS,
    length: undefined,
    isBodyless: false,
  };
  return { head, text: `${reasonPhrase(status)}\n` };
}
