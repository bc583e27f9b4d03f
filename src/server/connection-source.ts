/** What the scopes of one connection have in common, read from its socket when first asked for. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Extensions, IoExtension } from "../pagi/extension.ts";
import type { ClientAddress, ServerAddress, State } from "../pagi/scope.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { ScopeSource } from "./server-scope.ts";
import type { ServerContext } from "./server-context.ts";
import { TlsFacts } from "./tls/tls-facts.ts";

const NO_DETAILS = Object.freeze({});

/** Lets an app take the connection of its exchange. */
export type TakeConnection = (exchange: Exchange) => ReturnType<IoExtension["take"]>;

/** Reads addresses lazily: most apps never ask. */
export class ConnectionSource implements ScopeSource {
  readonly scheme: "http" | "https";
  readonly #socket: Socket;
  readonly #context: ServerContext;
  readonly #unixPath: string | undefined;
  readonly #take: TakeConnection | undefined;
  readonly #tls: TlsFacts | undefined;
  #client: ClientAddress | undefined;
  #server: ServerAddress | undefined;

  /** Without `take` nobody can have the connection: it carries others too. */
  constructor(socket: Socket, context: ServerContext, unixPath?: string, take?: TakeConnection) {
    this.#tls = socket instanceof TLSSocket ? new TlsFacts(socket) : undefined;
    this.scheme = this.#tls === undefined ? "http" : "https";
    this.#socket = socket;
    this.#context = context;
    this.#unixPath = unixPath;
    this.#take = take;
  }

  get rootPath(): string {
    return this.#context.rootPath;
  }

  get state(): State | undefined {
    return this.#context.state;
  }

  /** Absent on unix sockets (SCOPE-7). */
  get client(): ClientAddress | undefined {
    const { remoteAddress, remotePort } = this.#socket;
    if (remoteAddress !== undefined && remotePort !== undefined) {
      this.#client ??= [plainAddress(remoteAddress), remotePort];
    }
    return this.#client;
  }

  get server(): ServerAddress | undefined {
    if (this.#unixPath !== undefined) return (this.#server ??= [this.#unixPath, null]);
    const { localAddress, localPort } = this.#socket;
    if (localAddress !== undefined && localPort !== undefined) {
      this.#server ??= [plainAddress(localAddress), localPort];
    }
    return this.#server;
  }

  extensionsFor(exchange: Exchange): Extensions {
    const take = this.#take;
    const extensions: Extensions = {
      earlyHints: NO_DETAILS,
      requestTrailers: NO_DETAILS,
      fullflush: NO_DETAILS,
      logger: this.#context.log,
    };
    return {
      ...extensions,
      ...(take === undefined ? undefined : { io: { take: () => take(exchange) } }),
      ...(this.#tls === undefined ? undefined : { tls: this.#tls.extension }),
    };
  }
}

/** A dual-stack listener reports IPv4 peers as mapped IPv6 addresses (RFC 4291 §2.5.5.2). */
function plainAddress(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
