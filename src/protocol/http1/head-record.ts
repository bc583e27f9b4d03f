/** What is known of one request head while and after it is read. */
import { ProtocolError } from "../../http/errors.ts";

/** Bounds of a request head, in bytes and fields. */
export interface HeadLimits {
  readonly maxRequestLineBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaderCount: number;
}

/** What a read answers when the head is not complete yet. */
export const INCOMPLETE = -1;

/** No such position, no such length. */
export const NONE = -1;

/**
 * One record per connection, filled anew for each request: reading a head allocates nothing.
 * Offsets count from the first byte of the head
 * unless their comment says otherwise.
 */
export class HeadRecord {
  /** Where the head starts in the bytes at hand; all other offsets are relative to it. */
  start = 0;
  methodEnd = 0;
  /** True once the method was read and is HEAD: then no answer has a body, a refusal neither. */
  isHead = false;
  targetStart = 0;
  targetEnd = 0;
  /** The question mark of the target, or {@link NONE}. */
  queryMark: number = NONE;
  /** True when the path holds a percent sign. */
  hasEscape = false;
  /** 0 for HTTP/1.0, 1 for HTTP/1.1. */
  minor = 1;
  fieldsStart = 0;
  // From here on: what the fields say. It holds for each later head with the same fields (KnownFields), so offsets
  // count from the start of the fields.
  /** Declared body length, or {@link NONE}. */
  contentLength: number = NONE;
  isChunked = false;
  wantsClose = false;
  wantsKeepAlive = false;
  wantsContinue = false;
  /** The client asks for an event stream. */
  wantsEvents = false;
  /** `Connection` names an upgrade, and `Upgrade` names WebSocket. */
  wantsUpgrade = false;
  namesWebSocket = false;
  /** Where the value of `Host` lies, counted from the start of the fields. */
  hostStart: number = NONE;
  hostEnd: number = NONE;
  /** True when the list of headers needs care: a repeated cookie, or a name with an underscore. */
  hasOddFields = false;
  cookieCount = 0;
  /** The field being read, absolute offsets. */
  nameStart = 0;
  nameEnd = 0;
  valueStart = 0;
  valueEnd = 0;

  /** Forgets the fields of the previous request. */
  reset(): void {
    this.contentLength = NONE;
    this.isChunked = false;
    this.wantsClose = false;
    this.wantsKeepAlive = false;
    this.wantsContinue = false;
    this.wantsEvents = false;
    this.wantsUpgrade = false;
    this.namesWebSocket = false;
    this.hostStart = NONE;
    this.hostEnd = NONE;
    this.hasOddFields = false;
    this.cookieCount = 0;
  }
}

/** A `400 Bad Request` for the peer, with the rule it broke. */
export function badRequest(message: string, rule: string): ProtocolError {
  return new ProtocolError(400, message, rule);
}
