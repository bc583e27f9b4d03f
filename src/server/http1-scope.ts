/** The scope of an HTTP/1 request: cheap to make, the rest is read from the head's text when asked for. */
import type { Connection, Transport } from "../pagi/connection.ts";
import type { Extensions } from "../pagi/extension.ts";
import type { ClientAddress, Headers, HttpScope, PagiInfo, ServerAddress, State } from "../pagi/scope.ts";
import { type HeadRecord, NONE } from "../protocol/http1/head-record.ts";
import { readFields } from "../protocol/http1/read-fields.ts";
import { decodePath } from "../http/path.ts";
import { readOddTarget } from "../protocol/http1/read-target.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { PAGI_INFO } from "../exchange/pagi-info.ts";

/** What the scopes of one connection have in common. */
export interface ScopeSource {
  readonly scheme: "http" | "https";
  readonly rootPath: string;
  readonly client: ClientAddress | undefined;
  readonly server: ServerAddress | undefined;
  readonly state: State | undefined;
  extensionsFor(exchange: Exchange): Extensions;
}

/**
 * Lazy properties live on the prototype and keep what they made on `origin`, the scope itself: through the
 * overlays of `derive` everybody gets the same value (SCOPE-18).
 */
export class Http1Scope implements HttpScope {
  readonly type = "http";
  readonly pagi: PagiInfo = PAGI_INFO;
  readonly httpVersion: "1.0" | "1.1";
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly path: string;
  readonly rawPath: string;
  readonly queryString: string;
  readonly rootPath: string;
  private readonly origin: Http1Scope;
  private readonly source: ScopeSource;
  private readonly exchange: Exchange;
  private readonly text: string;
  private readonly fieldsStart: number;
  private readonly hasOddFields: boolean;
  /** The host of an absolute target, which replaces the `host` field (PATH-9). */
  private readonly authority: string | undefined;
  private fields: Headers | undefined = undefined;
  private offered: Extensions | undefined = undefined;
  private copied: State | undefined = undefined;

  /** Throws a `ProtocolError` for a target of a form that is not served (RFC 9112 §3.2). */
  constructor(record: HeadRecord, text: string, source: ScopeSource, exchange: Exchange) {
    const { targetStart, targetEnd, queryMark } = record;
    this.httpVersion = record.minor === 1 ? "1.1" : "1.0";
    this.method = methodOf(text, record.methodEnd);
    this.scheme = source.scheme;
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
    this.rootPath = source.rootPath;
    if (source.rootPath !== "" && this.rawPath !== "*") this.rawPath = source.rootPath + this.rawPath;
    this.origin = this;
    this.source = source;
    this.exchange = exchange;
    this.text = text;
    this.fieldsStart = record.fieldsStart;
    this.hasOddFields = record.hasOddFields;
  }

  get headers(): Headers {
    return (this.origin.fields ??= this.readHeaders());
  }

  private readHeaders(): Headers {
    const headers = readFields(this.text, this.fieldsStart, this.hasOddFields);
    if (this.authority === undefined) return headers;
    return [["host", this.authority], ...headers.filter(([name]) => name !== "host")];
  }

  get extensions(): Extensions {
    return (this.origin.offered ??= this.source.extensionsFor(this.exchange));
  }

  get connection(): Connection {
    return this.exchange.connection;
  }

  get transport(): Transport {
    return this.exchange.transport;
  }

  // An absent address and an absent state are `undefined` here: a getter cannot take itself away.
  get client(): ClientAddress {
    return this.source.client as ClientAddress;
  }

  get server(): ServerAddress {
    return this.source.server as ServerAddress;
  }

  get state(): State {
    if (this.source.state === undefined) return undefined as unknown as State;
    return (this.origin.copied ??= { ...this.source.state });
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
