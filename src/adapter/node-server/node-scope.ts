/** Node only. The scope of a request that a server of node has received. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Exchange } from "../../exchange/exchange.ts";
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import { asksForEvents } from "../../http/event-stream.ts";
import { decodePath } from "../../http/path.ts";
import type { Connection, Transport } from "../../pagi/connection.ts";
import type { Extensions } from "../../pagi/extension.ts";
import type { ClientAddress, Headers, HttpScope, PagiInfo, ServerAddress, State } from "../../pagi/scope.ts";

/** What is the same for all requests. */
export interface ScopeFacts {
  readonly rootPath: string;
  readonly extensions: Extensions;
  readonly state: State;
}

/** What Express and Connect keep of the request beside `url`. */
type MountedRequest = IncomingMessage & { readonly originalUrl?: string };

/**
 * Cheap to make. Trick "late headers": what is on the prototype is read when asked for and kept on `origin`, the
 * scope itself, so that through the overlays of `derive` everybody gets the same value (SCOPE-18); bench server
 * tack-to-node, workloads hello and browser.
 */
export class NodeScope implements HttpScope {
  readonly type = "http";
  readonly pagi: PagiInfo = PAGI_INFO;
  readonly httpVersion: "1.0" | "1.1" | "2";
  readonly method: string;
  readonly scheme: "http" | "https";
  readonly path: string;
  readonly rawPath: string;
  readonly queryString: string;
  readonly rootPath: string;
  readonly extensions: Extensions;
  readonly client!: ClientAddress;
  readonly server!: ServerAddress;
  private readonly origin: NodeScope;
  private readonly exchange: Exchange;
  private readonly request: IncomingMessage;
  private readonly authority: string | undefined;
  private readonly started: State;
  private fields: Headers | undefined = undefined;
  private copied: State | undefined = undefined;

  constructor(request: IncomingMessage, facts: ScopeFacts, exchange: Exchange) {
    const { socket } = request;
    this.httpVersion = versionOf(request);
    this.method = request.method!;
    this.scheme = (socket as TLSSocket).encrypted === true ? "https" : "http";
    const target = readTarget(request);
    this.rawPath = target.whole === "*" ? "*" : facts.rootPath + target.whole;
    this.queryString = target.query;
    this.path = decodePath(target.whole.slice(target.prefix.length));
    this.rootPath = target.prefix === "" ? facts.rootPath : facts.rootPath + decodePath(target.prefix);
    this.authority = target.authority;
    this.extensions = facts.extensions;
    this.started = facts.state;
    this.origin = this;
    this.exchange = exchange;
    this.request = request;
    const { client, server } = addressesOf(socket);
    // Absent on unix sockets (SCOPE-7); a key of value `undefined` would be there.
    if (client === undefined) delete (this as { client?: unknown }).client;
    else this.client = client;
    if (server === undefined) delete (this as { server?: unknown }).server;
    else this.server = server;
  }

  get headers(): Headers {
    return (this.origin.fields ??= readHeaders(this.request, this.authority));
  }

  get state(): State {
    return (this.origin.copied ??= { ...this.started });
  }

  get connection(): Connection {
    return this.exchange.connection;
  }

  get transport(): Transport {
    return this.exchange.transport;
  }
}

/** True when the client asks for an event stream (SSE-1); looks at no other field. */
export function wantsEvents({ rawHeaders }: IncomingMessage): boolean {
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length !== 6 || name.toLowerCase() !== "accept") continue;
    if (asksForEvents(rawHeaders[index + 1]!)) return true;
  }
  return false;
}

function versionOf({ httpVersion }: IncomingMessage): "1.0" | "1.1" | "2" {
  if (httpVersion === "2.0") return "2";
  return httpVersion === "1.0" ? "1.0" : "1.1";
}

interface Target {
  /** The whole path, without the query. */
  readonly whole: string;
  /** What a framework has taken off for its mount. */
  readonly prefix: string;
  readonly query: string;
  readonly authority: string | undefined;
}

const ABSOLUTE = /^https?:\/\/([^/?#]+)/i;

/** Express and Connect shorten `url` below a mount and keep the whole in `originalUrl`. */
function readTarget(request: MountedRequest): Target {
  const url = request.url ?? "/";
  const given = request.originalUrl ?? url;
  const authority = given.startsWith("/") ? null : ABSOLUTE.exec(given);
  const target = authority === null ? given : given.slice(authority[0].length);
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  const whole = path === "" ? "/" : path;
  const query = mark === -1 ? "" : target.slice(mark + 1);
  return {
    whole,
    query,
    prefix: given === url ? "" : prefixOf(whole, url.split("?", 1)[0]!),
    authority: authority?.[1],
  };
}

function prefixOf(whole: string, rest: string): string {
  if (rest === whole || ABSOLUTE.test(rest)) return "";
  if (whole.endsWith(rest)) return whole.slice(0, whole.length - rest.length);
  return rest === "/" ? whole : "";
}

/**
 * The authority of an absolute target replaces the `host` field (RFC 9112 3.2.2); several cookie fields become one
 * (HEAD-7); names with an underscore could not be told from those with a dash in CGI variables.
 */
function readHeaders(request: IncomingMessage, authority: string | undefined): Headers {
  const { rawHeaders } = request;
  const headers: [string, string][] = [];
  let cookie: [string, string] | undefined;
  let host = authority;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    const value = rawHeaders[index + 1]!;
    if (name === ":authority") host ??= value;
    else if (name === "cookie" && cookie !== undefined) cookie[1] += `; ${value}`;
    else if (!name.startsWith(":") && !name.includes("_")) {
      const pair: [string, string] = [name, value];
      if (name === "cookie") cookie = pair;
      headers.push(pair);
    }
  }
  if (host === undefined) return headers;
  return [["host", host], ...headers.filter(([name]) => name !== "host")];
}

interface Addresses {
  readonly client: ClientAddress | undefined;
  readonly server: ServerAddress | undefined;
}

/** The addresses of connections; a socket looks its own up again and again. */
const known = new WeakMap<Socket, Addresses>();

function addressesOf(socket: Socket): Addresses {
  const found = known.get(socket);
  if (found !== undefined) return found;
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  const addresses: Addresses = {
    client: remoteAddress === undefined ? undefined : [plain(remoteAddress), remotePort!],
    server: localAddress === undefined ? undefined : [plain(localAddress), localPort!],
  };
  known.set(socket, addresses);
  return addresses;
}

/** A dual-stack listener reports IPv4 peers as mapped IPv6 addresses (RFC 4291 2.5.5.2). */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
