/** Turns a head that was read into the parts a scope is made of. */
import { badRequest, type HeadRecord, NONE } from "../protocol/http1/head-record.ts";
import { decodePath, isAuthority, readOddTarget } from "../protocol/http1/read-target.ts";
import type { RequestParts } from "./http1-scope.ts";

const SLASH = 47;

/**
 * The parts of the request whose head is `text`. Throws a `ProtocolError` for a target or Host of the wrong
 * shape (RFC 9112 §3.2).
 */
export function requestParts(record: HeadRecord, text: string): RequestParts {
  const method = methodOf(text, record.methodEnd);
  checkHost(record, text);
  const { minor, fieldsStart, hasOddFields, targetStart, targetEnd, queryMark } = record;
  if (text.charCodeAt(targetStart) !== SLASH) {
    const { rawPath, query, authority } = readOddTarget(method, text.slice(targetStart, targetEnd));
    const path = decodePath(rawPath);
    return { method, path, rawPath, queryString: query, minor, text, fieldsStart, hasOddFields, authority };
  }
  const rawPath = text.slice(targetStart, queryMark === NONE ? targetEnd : queryMark);
  return {
    method,
    path: record.hasEscape ? decodePath(rawPath) : rawPath,
    rawPath,
    queryString: queryMark === NONE ? "" : text.slice(queryMark + 1, targetEnd),
    minor,
    text,
    fieldsStart,
    hasOddFields,
    authority: undefined,
  };
}

/** The most common methods are constants, so comparing them later is comparing pointers. */
function methodOf(text: string, end: number): string {
  if (end === 3 && text.startsWith("GET")) return "GET";
  if (end === 4 && text.startsWith("POST")) return "POST";
  if (end === 4 && text.startsWith("HEAD")) return "HEAD";
  return text.slice(0, end);
}

let lastHost = "";

/** RFC 9112 §3.2: host and optional port. The last good one is remembered: a connection has one, a server few. */
function checkHost(record: HeadRecord, text: string): void {
  if (record.hostStart === NONE || record.hostStart === record.hostEnd) return;
  const host = text.slice(record.hostStart, record.hostEnd);
  if (host === lastHost) return;
  if (!isAuthority(host)) throw badRequest("malformed Host", "RFC 9112 §3.2");
  lastHost = host;
}
