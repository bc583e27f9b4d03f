/** What the scopes of all HTTP versions have in common. */
import type { Exchange } from "../exchange/exchange.ts";
import { PAGI_INFO } from "../exchange/pagi-info.ts";
import type { Connection, Transport } from "../pagi/connection.ts";
import type { Extensions } from "../pagi/extension.ts";
import type { ClientAddress, Headers, PagiInfo, ServerAddress, State } from "../pagi/scope.ts";

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
export abstract class ServerScope {
  readonly pagi: PagiInfo = PAGI_INFO;
  readonly scheme: "http" | "https";
  readonly rootPath: string;
  private readonly origin: ServerScope;
  private readonly source: ScopeSource;
  private readonly exchange: Exchange;
  private fields: Headers | undefined = undefined;
  private offered: Extensions | undefined = undefined;
  private copied: State | undefined = undefined;

  constructor(source: ScopeSource, exchange: Exchange) {
    this.scheme = source.scheme;
    this.rootPath = source.rootPath;
    this.origin = this;
    this.source = source;
    this.exchange = exchange;
  }

  /** Makes the list of headers; called once. */
  protected abstract readHeaders(): Headers;

  /** What is offered besides what every exchange of the connection gets; called once. */
  protected offer(extensions: Extensions): Extensions {
    return extensions;
  }

  get headers(): Headers {
    return (this.origin.fields ??= this.readHeaders());
  }

  get extensions(): Extensions {
    return (this.origin.offered ??= this.offer(this.source.extensionsFor(this.exchange)));
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
