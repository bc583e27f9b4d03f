/** The scope of an HTTP/1 request: cheap to make, the rest is read from the head's text when asked for. */
import type { Exchange } from "../exchange/exchange.ts";
import { decodePath } from "../http/path.ts";
import type { Headers, HttpScope } from "../pagi/scope.ts";
import { type HeadRecord, NONE } from "../protocol/http1/head-record.ts";
import { readFields } from "../protocol/http1/read-fields.ts";
import { readOddTarget } from "../protocol/http1/read-target.ts";
import { type ScopeSource, ServerScope } from "./server-scope.ts";

/** One per request; the fields are made from the text of the head. */
export class Http1Scope extends ServerScope implements HttpScope {
  readonly type = "http";
  readonly httpVersion: "1.0" | "1.1";
  readonly method: string;
  readonly path: string;
  readonly rawPath: string;
  readonly queryString: string;
  private readonly text: string;
  private readonly fieldsStart: number;
  private readonly hasOddFields: boolean;
  /** The host of an absolute target, which replaces the `host` field (PATH-9). */
  private readonly authority: string | undefined;

  /** Throws a `ProtocolError` for a target of a form that is not served (RFC 9112 §3.2). */
  constructor(record: HeadRecord, text: string, source: ScopeSource, exchange: Exchange) {
    super(source, exchange);
    const { targetStart, targetEnd, queryMark } = record;
    this.httpVersion = record.minor === 1 ? "1.1" : "1.0";
    this.method = methodOf(text, record.methodEnd);
    if (text.charCodeAt(targetStart) === SLASH && this.method !== "CONNECT") {
      this.rawPath = text.slice(targetStart, queryMark === NONE ? targetEnd : queryMark);
      this.queryString = queryMark === NONE ? "" : text.slice(queryMark + 1, targetEnd);
      this.authority = undefined;
    } else {
      const target = readOddTarget(this.method, text.slice(targetStart, targetEnd));
      this.rawPath = target.rawPath;
      this.queryString = target.query;
      this.authority = target.authority;
    }
    this.path = record.hasEscape ? decodePath(this.rawPath) : this.rawPath;
    if (source.rootPath !== "" && this.rawPath !== "*") this.rawPath = source.rootPath + this.rawPath;
    this.text = text;
    this.fieldsStart = record.fieldsStart;
    this.hasOddFields = record.hasOddFields;
  }

  protected readHeaders(): Headers {
    const headers = readFields(this.text, this.fieldsStart, this.hasOddFields);
    if (this.authority === undefined) return headers;
    return [["host", this.authority], ...headers.filter(([name]) => name !== "host")];
  }
}

const SLASH = 47;

/** The most common methods are constants, so comparing them later is comparing pointers. */
function methodOf(text: string, end: number): string {
  if (end === 3 && text.startsWith("GET")) return "GET";
  if (end === 4 && text.startsWith("POST")) return "POST";
  if (end === 4 && text.startsWith("HEAD")) return "HEAD";
  return text.slice(0, end);
}
