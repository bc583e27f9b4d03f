/** What node:http2 is told about the bounds of a connection. */
import type { ServerSessionOptions } from "node:http2";
import type { Limits } from "../limits.ts";

/** What newer nodes understand besides. */
interface NewerOptions extends ServerSessionOptions {
  /** False lets an app send a field twice that should come once, as on HTTP/1. */
  readonly strictSingleValueFields: boolean;
  /** Node's own bound on resets, which would be too tight: 33 a second in the long run. */
  readonly streamResetBurst: number;
  readonly streamResetRate: number;
}

/** `:method`, `:scheme`, `:authority`, `:path` and `:protocol` count for node. */
const PSEUDO_FIELDS = 5;
/** RFC 9113 §6.5.2: each field counts for this much more than its letters. */
const FIELD_BYTES = 32;
/** As large a head as any app sends; node's own bound would end the connection. */
const MAX_SENT_HEAD_BYTES = 1_048_576;
/** So many seconds' worth may come in one read: we count only when it is done. */
const RESET_SECONDS = 5;
const MAX_WINDOW = 2 ** 31 - 1;

/**
 * A head above the limits is answered 431 as long as it does not exceed them twice: then node resets the stream, and
 * the connection when that happens again and again.
 */
export function sessionOptions(limits: Limits): ServerSessionOptions {
  const { maxHeaderCount, maxHeaderBytes, maxRequestLineBytes } = limits;
  const pairs = 2 * (maxHeaderCount + PSEUDO_FIELDS);
  const options: NewerOptions = {
    maxHeaderListPairs: pairs,
    maxSendHeaderBlockLength: MAX_SENT_HEAD_BYTES,
    strictSingleValueFields: false,
    streamResetBurst: RESET_SECONDS * limits.maxResetsPerSecond,
    streamResetRate: limits.maxResetsPerSecond,
    settings: {
      enableConnectProtocol: true,
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: 2 * (maxHeaderBytes + maxRequestLineBytes) + FIELD_BYTES * pairs,
      // What a client may send before the app reads; it may send more as the app takes it.
      initialWindowSize: Math.min(Math.max(limits.maxQueuedBodyBytes, 1), MAX_WINDOW),
    },
  };
  return options;
}
