/** Answers in the words of the gateways. */
import { Buffer } from "node:buffer";
import type { ResponseHead } from "../../exchange/wire.ts";
import { reasonPhrase } from "../../http/status.ts";
import type { AnswerShape } from "./event-request.ts";

/** The head of an answer; which fields it has depends on the gateway. */
export interface LambdaHead {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly cookies?: readonly string[];
}

/** A whole answer. */
export interface WholeAnswer extends LambdaHead {
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** What of a head goes into an answer. */
export type AnswerHead = Pick<
  ResponseHead,
  "status" | "statusText" | "headers" | "fields" | "length" | "isBodyless"
>;

type Lists = Record<string, string[]>;

/** The head in the shape that the gateway of the event takes. */
export function answerHead(shape: AnswerShape, head: AnswerHead): LambdaHead {
  const lists = listsOf(head);
  const statusCode = head.status;
  if (shape === "payload-2") {
    const { "set-cookie": cookies, ...others } = lists;
    return { statusCode, headers: joined(others), ...(cookies !== undefined && { cookies }) };
  }
  if (shape === "payload-1") return { statusCode, multiValueHeaders: lists };
  const statusDescription = `${statusCode} ${head.statusText ?? reasonPhrase(statusCode)}`;
  if (shape === "alb-multi") return { statusCode, statusDescription, multiValueHeaders: lists };
  return { statusCode, statusDescription, headers: spelledApart(lists) };
}

function listsOf({ headers, fields, length, isBodyless }: AnswerHead): Lists {
  const lists: Lists = Object.create(null) as Lists;
  for (const [name, value] of headers) {
    if (!fields.stripped.includes(name)) (lists[name] ??= []).push(value);
  }
  // What a HEAD would have had; of a body the gateway knows the length itself.
  if (isBodyless && length !== undefined) lists["content-length"] = [String(length)];
  return lists;
}

function joined(lists: Lists): Record<string, string> {
  return Object.fromEntries(Object.entries(lists).map(([name, values]) => [name, values.join(", ")]));
}

/** One value for a name: several cookies need names that differ in the case of their letters. */
function spelledApart(lists: Lists): Record<string, string> {
  const { "set-cookie": cookies = [], ...others } = lists;
  const headers = joined(others);
  for (const [index, cookie] of cookies.entries()) headers[spelling("set-cookie", index)] = cookie;
  return headers;
}

/** The `index`th way to write a name in large and small letters. */
function spelling(name: string, index: number): string {
  let bits = index;
  return name.replace(/[a-z]/g, (letter) => {
    const isLarge = bits % 2 === 1;
    bits = Math.floor(bits / 2);
    return isLarge ? letter.toUpperCase() : letter;
  });
}

const TEXT =
  /^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml|javascript|x-www-form-urlencoded)\b|image\/svg\+xml)/i;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The whole answer: text as text, everything else, and what is encoded or no UTF-8, in base64. */
export function wholeAnswer(shape: AnswerShape, head: AnswerHead, body: Uint8Array): WholeAnswer {
  const text = body.byteLength === 0 ? "" : textOf(head, body);
  if (text !== undefined) return { ...answerHead(shape, head), body: text, isBase64Encoded: false };
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return { ...answerHead(shape, head), body: bytes.toString("base64"), isBase64Encoded: true };
}

function textOf({ headers }: AnswerHead, body: Uint8Array): string | undefined {
  let isText = false;
  for (const [name, value] of headers) {
    if (name === "content-type") isText = TEXT.test(value);
    if (name === "content-encoding" && value !== "identity") return undefined;
  }
  if (!isText) return undefined;
  try {
    return utf8.decode(body);
  } catch {
    return undefined;
  }
}
