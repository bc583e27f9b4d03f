/** What keeps the wire safe, checked on every event an app sends (HTTP-7 to HTTP-23). Each throws a `ContractError`. */
import { ContractError } from "../http/errors.ts";
import { NOT_IN_TRAILERS } from "../http/trailers.ts";
import type {
  HttpInformational,
  HttpInlineBody,
  HttpResponseStart,
  HttpResponseTrailers,
} from "../pagi/event.ts";
import { byteLength } from "./bytes.ts";
import { type FieldFacts, inspectFields, NO_FIELDS } from "./field-facts.ts";

const STATUS_TEXT = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Checks a start and gives the facts of its headers. */
export function checkStart(event: HttpResponseStart, allowsTrailersWithLength: boolean): FieldFacts {
  const { status, statusText, trailers } = event;
  if (!Number.isInteger(status) || status < 200 || status > 999) {
    throw new ContractError("HTTP-8", `status must be an integer from 200 to 999, not ${String(status)}`);
  }
  if (statusText !== undefined && (typeof statusText !== "string" || !STATUS_TEXT.test(statusText))) {
    throw new ContractError("HTTP-9", "statusText must be a byte string without control characters");
  }
  if (trailers !== undefined && typeof trailers !== "boolean") {
    throw new ContractError("APP-13", "trailers must be a boolean");
  }
  const fields = event.headers === undefined ? NO_FIELDS : inspectFields(event.headers);
  if (fields.contentLength === undefined) return fields;
  if (trailers === true && !allowsTrailersWithLength) {
    throw new ContractError("HTTP-18", "trailers and content-length exclude each other on HTTP/1");
  }
  if (status === 204) throw new ContractError("HTTP-23", "a 204 response has no content-length");
  return fields;
}

/** Checks an inline piece and gives its size in bytes. */
export function checkInlineBody(event: HttpInlineBody, status: number): number {
  const { body, more } = event;
  if (more !== undefined && typeof more !== "boolean")
    throw new ContractError("HTTP-11", "more must be a boolean");
  const range = event as { readonly offset?: number; readonly length?: number };
  if (range.offset !== undefined || range.length !== undefined) {
    throw new ContractError("HTTP-12", "offset and length come only with file or handle");
  }
  if (body === undefined) return 0;
  const isText = typeof body === "string";
  if (!isText && !(body instanceof Uint8Array)) {
    throw new ContractError("HTTP-11", "body must be a Uint8Array or a string");
  }
  const size = isText ? textSize(body) : body.byteLength;
  if (size > 0 && (status === 204 || status === 205 || status === 304)) {
    throw new ContractError("HTTP-23", `a ${status} response has no body`);
  }
  return size;
}

/** Short texts are counted here: leaving JavaScript costs more than looking at forty characters. */
function textSize(text: string): number {
  if (text.length > 40) return byteLength(text);
  for (let index = 0; index < text.length; index++) {
    if (text.charCodeAt(index) > 0x7f) return byteLength(text);
  }
  return text.length;
}

/** Checks trailers and gives the facts of their fields. */
export function checkTrailers(event: HttpResponseTrailers): FieldFacts {
  for (const [name] of event.headers ?? []) {
    if (NOT_IN_TRAILERS.has(name)) throw new ContractError("HTTP-19", `${name} must not be a trailer`);
  }
  return event.headers === undefined ? NO_FIELDS : inspectFields(event.headers);
}

/** Checks an informational response and gives the facts of its fields. */
export function checkInformational(event: HttpInformational): FieldFacts {
  const { status } = event;
  if (!Number.isInteger(status) || status < 102 || status > 199) {
    throw new ContractError("EXT-HINT-2", `status must be an integer from 102 to 199, not ${String(status)}`);
  }
  const fields = event.headers === undefined ? NO_FIELDS : inspectFields(event.headers);
  if (fields.contentLength === undefined) return fields;
  // RFC 9110 §8.6 forbids it by name; a reader that believed it would take the real head for a body.
  throw new ContractError("HEAD-12", "an informational response has no body and no content-length");
}
