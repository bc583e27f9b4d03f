/** Takes a request target apart (RFC 9112 §3.2) into path and query. */
import { badRequest } from "./head-record.ts";
import { ProtocolError } from "../../http/errors.ts";
import { isAuthority } from "../../http/host.ts";

/** A request target, taken apart. */
export interface Target {
  /** As it was sent, without scheme, host and query. */
  readonly rawPath: string;
  readonly query: string;
  /** The authority of an absolute target; it replaces `Host` (RFC 9112 §3.2.2). */
  readonly authority: string | undefined;
}

const ABSOLUTE = /^https?:\/\/([^/?]*)([^?]*)(?:\?(.*))?$/i;

/**
 * Takes apart a target that does not start with a slash: `*` or an absolute URL. Throws a `ProtocolError`
 * for every other form, 501 for CONNECT.
 */
export function readOddTarget(method: string, target: string): Target {
  if (method === "CONNECT") throw new ProtocolError(501, "CONNECT is not supported", "RFC 9110 §9.3.6");
  if (target === "*" && method === "OPTIONS") return { rawPath: "*", query: "", authority: undefined };
  const match = ABSOLUTE.exec(target);
  if (match === null || !isAuthority(match[1]!)) throw badRequest("malformed target", "RFC 9112 §3.2.2");
  const emptyPath = method === "OPTIONS" && match[3] === undefined ? "*" : "/";
  return { rawPath: match[2] === "" ? emptyPath : match[2]!, query: match[3] ?? "", authority: match[1] };
}
