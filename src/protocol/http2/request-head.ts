/**
 * Reads the head of an HTTP/2 request (RFC 9113 §8.3) from the flat list of names and values that a decoder gives.
 * Without I/O. The decoder has refused what breaks the frame: a missing or repeated pseudo field, a field of HTTP/1.
 */
import { ProtocolError } from "../../http/errors.ts";
import { asksForEvents } from "../../http/event-stream.ts";
import { isAuthority } from "../../http/host.ts";
import { withoutOddFields } from "../../http/odd-fields.ts";
import type { Headers } from "../../pagi/scope.ts";

/** Bounds of a request head, in bytes and fields. */
export interface Http2HeadLimits {
  /** Of the path with its query, as the request line of HTTP/1 is bounded. */
  readonly maxRequestLineBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaderCount: number;
}

/** As much as a line of HTTP/1 adds to a name and its value: the same head has the same size in both. */
const LINE_BYTES = 4;
/** RFC 3986 §3.3 and §3.4 in ASCII: what HTTP/1 takes for a target, which has no fragment. */
const TARGET = /^(?:\/[\x21\x22\x24-\x7e]*|\*)$/;

/** The last good one is remembered: a connection has one, a server few. */
let lastHost = "";

/** What a server has to know of a request before it begins an exchange. */
export class Http2Head {
  method = "";
  /** Path and query as they were sent. */
  target = "";
  /** `:authority`, which wins over a `host` field (HEAD-8). */
  authority: string | undefined = undefined;
  /** True for an extended CONNECT that opens a WebSocket (RFC 8441 §5). */
  isHandshake = false;
  /** The declared length of the body. */
  contentLength: number | undefined = undefined;
  wantsContinue = false;
  wantsEvents = false;
  readonly #list: readonly string[];
  #host: string | undefined;
  #protocol: string | undefined;
  #hasOddFields = false;
  #cookies = 0;

  /** Throws a `ProtocolError` that carries the status to answer with. */
  constructor(list: readonly string[], limits: Http2HeadLimits) {
    this.#list = list;
    let [bytes, count] = [0, 0];
    for (let index = 0; index < list.length; index += 2) {
      const name = list[index]!;
      const value = list[index + 1]!;
      if (name.charCodeAt(0) === COLON) {
        this.#notePseudo(name, value);
        continue;
      }
      bytes += name.length + value.length + LINE_BYTES;
      count++;
      this.#note(name, value);
    }
    if (count > limits.maxHeaderCount || bytes > limits.maxHeaderBytes) {
      throw new ProtocolError(431, "request header fields too large", "RFC 6585 §5");
    }
    if (this.target.length > limits.maxRequestLineBytes) {
      throw new ProtocolError(414, "target too long", "RFC 9110 §15.5.15");
    }
    this.#check();
  }

  get isHead(): boolean {
    return this.method === "HEAD";
  }

  #notePseudo(name: string, value: string): void {
    if (name === ":method") this.method = value;
    else if (name === ":path") this.target = value;
    else if (name === ":authority") this.authority = value;
    else if (name === ":protocol") this.#protocol = value;
  }

  #note(name: string, value: string): void {
    switch (name) {
      case "accept":
        this.wantsEvents ||= asksForEvents(value);
        return;
      case "cookie":
        this.#hasOddFields ||= ++this.#cookies > 1;
        return;
      case "content-length":
        this.contentLength = Number(value);
        return;
      case "host":
        this.#host = value;
        return;
      case "expect":
        if (value.toLowerCase() !== "100-continue") {
          throw new ProtocolError(417, "expectation not supported", "RFC 9110 §10.1.1");
        }
        this.wantsContinue = true;
        return;
      default:
        this.#hasOddFields ||= name.includes("_");
    }
  }

  #check(): void {
    const { method, target } = this;
    const host = this.authority ?? this.#host;
    this.isHandshake = method === "CONNECT" && this.#protocol === "websocket";
    if (method === "CONNECT" && !this.isHandshake) {
      throw new ProtocolError(501, "CONNECT is not supported", "RFC 9110 §9.3.6");
    }
    if (!TARGET.test(target) || (target === "*" && method !== "OPTIONS")) {
      throw new ProtocolError(400, "malformed path", "RFC 9113 §8.3.1");
    }
    if (host === undefined || host === "" || host === lastHost) return;
    if (!isAuthority(host)) throw new ProtocolError(400, "malformed authority", "RFC 9113 §8.3.1");
    lastHost = host;
  }

  /** The fields for an app, in their order, `host` first (HEAD-7, HEAD-8). */
  fields(): Headers {
    const list = this.#list;
    const fields: (readonly [string, string])[] = [];
    const { authority } = this;
    if (authority !== undefined) fields.push(["host", authority]);
    for (let index = 0; index < list.length; index += 2) {
      const name = list[index]!;
      if (name.charCodeAt(0) === COLON || (name === "host" && authority !== undefined)) continue;
      fields.push([name, list[index + 1]!]);
    }
    return this.#hasOddFields ? withoutOddFields(fields) : fields;
  }
}

const COLON = 58;
