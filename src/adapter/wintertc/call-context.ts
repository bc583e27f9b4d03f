/** `ServerContext` of the draft, over a scope. */
import type { FetchContext } from "../../http/fetch-handler.ts";
import { getHeader } from "../../http/headers.ts";
import type { Send } from "../../pagi/app.ts";
import type { HttpScope, ServerAddress, SseScope } from "../../pagi/scope.ts";
import { reportTo } from "../stream/report.ts";
import { protocolError } from "./protocol-error.ts";
import type { FieldsInit, RequestPriority, ServerContext, SocketAddress } from "./types.ts";

/** The states of an exchange that its handler brings about; a loss is seen on the connection. */
type State = "open" | "informational" | "committed" | "denied";

/** One per call. */
export class CallContext implements ServerContext {
  readonly request: Request;
  readonly autoContinue = true;
  /** The servers of the hub tell it to no app. */
  readonly serverName: null = null;
  serverPriority: RequestPriority | null = null;
  onpriority: ((priority: RequestPriority) => void) | null = null;
  readonly #scope: HttpScope | SseScope;
  readonly #fetchContext: FetchContext;
  readonly #send: Send;
  #state: State = "open";
  #sent: Promise<void> = Promise.resolve();
  #completed: Promise<undefined> | undefined;

  constructor(request: Request, scope: HttpScope | SseScope, fetchContext: FetchContext, send: Send) {
    this.request = request;
    this.#scope = scope;
    this.#fetchContext = fetchContext;
    this.#send = send;
  }

  get remoteAddress(): SocketAddress {
    return socketAddress(this.#scope.client);
  }

  get localAddress(): SocketAddress {
    return socketAddress(this.#scope.server);
  }

  get alpnProtocol(): string {
    return this.#scope.httpVersion === "2" ? "h2" : "http/1.1";
  }

  get encrypted(): boolean {
    return this.#scope.scheme === "https";
  }

  get clientPriority(): RequestPriority {
    return readPriority(getHeader(this.#scope.headers, "priority") ?? "");
  }

  get isDenied(): boolean {
    return this.#state === "denied";
  }

  /** Nothing can be answered any more. */
  get isOver(): boolean {
    return this.isDenied || !this.#scope.connection.isConnected;
  }

  /** A final response has not begun. */
  get isResponseCapable(): boolean {
    return !this.isOver && this.#state !== "committed";
  }

  sendInformational(status: number, headers?: FieldsInit): void {
    if (this.#scope.extensions.earlyHints === undefined || status === 100) {
      throw new DOMException("this server cannot send it", "NotSupportedError");
    }
    if (!Number.isInteger(status) || status === 101 || status < 100 || status > 199) {
      throw new RangeError(`${status} is no informational status that can be sent`);
    }
    if (this.#state === "committed" || this.isDenied) throw invalidState("sendInformational");
    if (this.isOver) return;
    const pairs = [...new Headers(headers)];
    this.#state = "informational";
    const event = { type: "http.response.informational", status, headers: pairs } as const;
    const report = reportTo(this.#scope.extensions.logger);
    this.#sent = this.#sent
      .then(() => this.#send(event))
      .catch((error: unknown) => report("an informational response was refused", error));
  }

  deny(_error?: unknown): void {
    if (!this.#scope.connection.isConnected && !this.isDenied) return;
    if (this.#state !== "open") throw invalidState("deny");
    // Whoever looks at it sees how it ended.
    void this.completed;
    this.#state = "denied";
    this.#scope.connection.abort("denied by the handler");
  }

  get completed(): Promise<undefined> {
    this.#completed ??= this.#outcome();
    return this.#completed;
  }

  #outcome(): Promise<undefined> {
    const { connection } = this.#scope;
    const outcome = new Promise<undefined>((resolve, reject) => {
      connection.onComplete(() => resolve(undefined));
      connection.onDisconnect((reason) =>
        this.isDenied ? resolve(undefined) : reject(protocolError(reason)),
      );
    });
    outcome.catch(() => undefined);
    return outcome;
  }

  waitUntil(work: Promise<unknown>): void {
    this.#fetchContext.waitUntil(work);
  }

  /** The final response begins, after what was sent before it. */
  async commit(): Promise<void> {
    if (!this.isDenied) this.#state = "committed";
    await this.#sent;
  }
}

function invalidState(method: string): DOMException {
  return new DOMException(`${method}: it is too late for that`, "InvalidStateError");
}

function socketAddress(place: ServerAddress | undefined): SocketAddress {
  if (place === undefined || place[1] === null) return { address: "", port: 0, family: "IPv4" };
  return { address: place[0], port: place[1], family: place[0].includes(":") ? "IPv6" : "IPv4" };
}

/** The two members of RFC 9218, and their defaults for what is malformed. */
function readPriority(field: string): RequestPriority {
  const urgency = /(?:^|,)[ \t]*u=([0-7])[ \t]*(?:[,;]|$)/.exec(field)?.[1];
  const incremental = /(?:^|,)[ \t]*i(?:=\?1)?[ \t]*(?:[,;]|$)/.test(field);
  return { urgency: urgency === undefined ? 3 : Number(urgency), incremental };
}
