/** The scope of a `Request`. */
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import { decodePath } from "../../http/path.ts";
import type { Connection, Transport } from "../../pagi/connection.ts";
import type { Extensions } from "../../pagi/extension.ts";
import type { ClientAddress, Headers, HttpScope, PagiInfo, ServerAddress, State } from "../../pagi/scope.ts";
import type { FetchFacts } from "./platform.ts";

/** What the scopes of one handler have in common. */
export interface ScopeSetting {
  readonly rootPath: string;
  readonly state: State;
  readonly extensions: Extensions;
}

/** The exchange as its scope shows it; both are made when somebody asks. */
export interface ScopeExchange {
  readonly connection: Connection;
  readonly transport: Transport;
}

/** Everything a scope is made of. */
export interface ScopeParts {
  readonly request: Request;
  readonly facts: FetchFacts;
  readonly setting: ScopeSetting;
  readonly exchange: ScopeExchange;
}

/** Like all scopes with lazy properties: getters on the prototype, what they made on `origin` (SCOPE-18). */
export class FetchScope implements HttpScope {
  readonly type = "http";
  readonly pagi: PagiInfo = PAGI_INFO;
  /** A `Request` does not say. */
  readonly httpVersion = "1.1";
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly path: string;
  readonly rawPath: string;
  readonly queryString: string;
  readonly rootPath: string;
  declare readonly client?: ClientAddress;
  declare readonly server?: ServerAddress;
  private readonly origin: FetchScope;
  private readonly parts: ScopeParts;
  private readonly host: string;
  private fields: Headers | undefined = undefined;
  private offered: Extensions | undefined = undefined;
  private copied: State | undefined = undefined;

  constructor(parts: ScopeParts) {
    const { request, facts, setting } = parts;
    const { scheme, host, path, query } = splitUrl(request.url);
    this.method = request.method;
    this.scheme = scheme;
    this.host = host;
    this.path = path.includes("%") ? decodePath(path) : path;
    this.rootPath = setting.rootPath;
    this.rawPath = setting.rootPath + path;
    this.queryString = query;
    if (facts.client !== undefined) this.client = facts.client;
    if (facts.server !== undefined) this.server = facts.server;
    this.parts = parts;
    this.origin = this;
  }

  get headers(): Headers {
    return (this.origin.fields ??= this.readHeaders());
  }

  /** A request made in a program has no `host` field; its URL has the host. */
  private readHeaders(): Headers {
    const { headers } = this.parts.request;
    const pairs: Headers = [...headers];
    return headers.has("host") ? pairs : [["host", this.host], ...pairs];
  }

  get extensions(): Extensions {
    const { facts, setting } = this.parts;
    return (this.origin.offered ??= { ...setting.extensions, ...facts.extensions });
  }

  get state(): State {
    return (this.origin.copied ??= { ...this.parts.setting.state });
  }

  get connection(): Connection {
    return this.parts.exchange.connection;
  }

  get transport(): Transport {
    return this.parts.exchange.transport;
  }
}

interface UrlParts {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly path: string;
  readonly query: string;
}

/** The URL of a `Request` is absolute and tidy already, so cutting is enough. */
function splitUrl(url: string): UrlParts {
  const hash = url.indexOf("#");
  const end = hash === -1 ? url.length : hash;
  const host = url.indexOf("://") + 3;
  const slash = url.indexOf("/", host);
  const question = url.indexOf("?", slash);
  const mark = question === -1 || question > end ? end : question;
  return {
    scheme: url.startsWith("https:") ? "https" : "http",
    host: url.slice(host, slash),
    path: url.slice(slash, mark),
    query: url.slice(mark + 1, end),
  };
}
