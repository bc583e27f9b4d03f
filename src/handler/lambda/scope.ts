/** The scope of a request that came as an event. */
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import type { Connection, Transport } from "../../pagi/connection.ts";
import type { Extensions } from "../../pagi/extension.ts";
import type { ClientAddress, Headers, HttpScope, PagiInfo, ServerAddress, State } from "../../pagi/scope.ts";
import type { EventRequest } from "./event-request.ts";

/** What is not in the event. */
export interface ScopeFacts {
  /** The prefix that somebody in front of the gateway has cut off (PATH-11). */
  readonly rootPath: string;
  readonly extensions: Extensions;
  readonly state: State;
}

/** Makes both when somebody asks. */
export interface ScopeExchange {
  readonly connection: Connection;
  readonly transport: Transport;
}

/** Everything is at hand but what the exchange makes. */
export class LambdaScope implements HttpScope {
  readonly type = "http";
  readonly pagi: PagiInfo = PAGI_INFO;
  readonly httpVersion: "1.0" | "1.1" | "2";
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly path: string;
  readonly rawPath: string;
  readonly rootPath: string;
  readonly queryString: string;
  readonly headers: Headers;
  readonly extensions: Extensions;
  readonly state: State;
  declare readonly client?: ClientAddress;
  declare readonly server?: ServerAddress;
  private readonly exchange: ScopeExchange;

  constructor(request: EventRequest, facts: ScopeFacts, exchange: ScopeExchange) {
    this.httpVersion = request.httpVersion;
    this.method = request.method;
    this.scheme = request.scheme;
    this.path = request.path;
    this.rawPath = facts.rootPath + request.rawPath;
    this.rootPath = facts.rootPath + request.rootPath;
    this.queryString = request.queryString;
    this.headers = request.headers;
    this.extensions = facts.extensions;
    this.state = { ...facts.state };
    if (request.client !== undefined) this.client = request.client;
    if (request.server !== undefined) this.server = request.server;
    this.exchange = exchange;
  }

  get connection(): Connection {
    return this.exchange.connection;
  }

  get transport(): Transport {
    return this.exchange.transport;
  }
}
