/** The scope of an HTTP/1 request: cheap to make, the rest is read from the head's text when asked for. */
import type { Connection, Transport } from "../pagi/connection.ts";
import type { Extensions } from "../pagi/extension.ts";
import type { ClientAddress, Headers, HttpScope, PagiInfo, ServerAddress, State } from "../pagi/scope.ts";
import { readFields } from "../protocol/http1/read-fields.ts";
import type { HttpExchange } from "./http-exchange.ts";
import { PAGI_INFO } from "./server-context.ts";

/** What the scopes of one connection have in common. */
export interface ScopeSource {
  readonly scheme: "http" | "https";
  readonly rootPath: string;
  readonly client: ClientAddress | undefined;
  readonly server: ServerAddress | undefined;
  readonly state: State | undefined;
  extensionsFor(exchange: HttpExchange): Extensions;
}

/** The parts of a request head that a scope is made of. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly rawPath: string;
  readonly queryString: string;
  readonly minor: number;
  /** The whole head. */
  readonly text: string;
  readonly fieldsStart: number;
  readonly hasOddFields: boolean;
  /** The host of an absolute target, which replaces the `host` field (PATH-9). */
  readonly authority: string | undefined;
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
  private readonly parts: RequestParts;
  private readonly source: ScopeSource;
  private readonly exchange: HttpExchange;
  private fields: Headers | undefined = undefined;
  private offered: Extensions | undefined = undefined;
  private copied: State | undefined = undefined;

  constructor(parts: RequestParts, source: ScopeSource, exchange: HttpExchange) {
    this.httpVersion = parts.minor === 1 ? "1.1" : "1.0";
    this.method = parts.method;
    this.scheme = source.scheme;
    this.path = parts.path;
    this.rawPath = parts.rawPath;
    this.queryString = parts.queryString;
    this.rootPath = source.rootPath;
    this.origin = this;
    this.parts = parts;
    this.source = source;
    this.exchange = exchange;
  }

  get headers(): Headers {
    return (this.origin.fields ??= headersOf(this.parts));
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

function headersOf(parts: RequestParts): Headers {
  const headers = readFields(parts.text, parts.fieldsStart, parts.hasOddFields);
  if (parts.authority === undefined) return headers;
  const host = ["host", parts.authority] as const;
  return [host, ...headers.filter(([name]) => name !== "host")];
}
