/** Checks the shape of `Host` once its text is at hand. */
import { badRequest, type HeadRecord, NONE } from "../protocol/http1/head-record.ts";
import { isAuthority } from "../http/host.ts";

let lastHost = "";

/**
 * RFC 9112 §3.2: host and optional port. The last good one is remembered: a connection has one, a server few.
 * Throws a `ProtocolError` for another shape.
 */
export function checkHost(record: HeadRecord, text: string): void {
  if (record.hostStart === NONE || record.hostStart === record.hostEnd) return;
  const length = record.hostEnd - record.hostStart;
  const start = record.fieldsStart + record.hostStart;
  if (length === lastHost.length && text.startsWith(lastHost, start)) return;
  const host = text.slice(start, start + length);
  if (!isAuthority(host)) throw badRequest("malformed Host", "RFC 9112 §3.2");
  lastHost = host;
}
