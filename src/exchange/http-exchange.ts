/** One HTTP exchange between an app and whatever carries it. Every transport uses this one. */
import { ContractError, HttpError, isTackError } from "../http/errors.ts";
import { reasonPhrase } from "../http/status.ts";
import type { App, Receive, ReceiveOptions, Send } from "../pagi/app.ts";
import type { Connection, DisconnectReason, Transport } from "../pagi/connection.ts";
import type { HttpInlineBody, HttpReceiveEvent, HttpResponseStart } from "../pagi/event.ts";
import type { Logger } from "../pagi/extension.ts";
import type { Headers, Scope } from "../pagi/scope.ts";
import { describeError } from "./describe-error.ts";
import type { Exchange, ExchangeHost } from "./exchange.ts";
import { ExchangeConnection, type ExchangeFacts } from "./exchange-connection.ts";
import { ExchangeTransport } from "./exchange-transport.ts";
import type { FileOpener } from "./file-opener.ts";
import { InboundBody } from "./inbound-body.ts";
import { OutgoingResponse, type ResponseOwner } from "./outgoing-response.ts";
import { nextTurn } from "./next-turn.ts";
import { rejectedSend } from "./rejected-send.ts";
import type { ResponseWire } from "./wire.ts";

const EMPTY = new Uint8Array(0);
const SWITCHING_PROTOCOLS = 101;
const PLAIN_TEXT = ["content-type", "text/plain; charset=utf-8"] as const;

/**
 * Runs one app call and keeps its rules.
 *
 * @example
 * const exchange = new HttpExchange(wire, { log, files: undefined }, false, false);
 * exchange.run(app, scope, () => undefined);
 */
export class HttpExchange implements Exchange, ResponseOwner, ExchangeFacts {
  readonly log: Logger;
  readonly files: FileOpener | undefined;
  readonly #wire: ResponseWire;
  readonly #hasBody: boolean;
  readonly #response: OutgoingResponse;
  #hasSettled = false;
  #state: "open" | "complete" | "ended" | "taken" = "open";
  #inbound: InboundBody | undefined;
  #connection: ExchangeConnection | undefined;
  #transport: ExchangeTransport | undefined;
  disconnectReason: DisconnectReason | null = null;
  disconnectDetail: string | null = null;

  constructor(wire: ResponseWire, host: ExchangeHost, isHead: boolean, hasBody: boolean) {
    this.#wire = wire;
    this.log = host.log;
    this.files = host.files;
    this.#hasBody = hasBody;
    this.#response = new OutgoingResponse(wire, this, isHead);
  }

  get isOpen(): boolean {
    return this.#state === "open" || this.#state === "taken";
  }

  get responseStarted(): boolean {
    return this.#response.status !== 0;
  }

  get responseComplete(): boolean {
    return this.#state === "complete";
  }

  get connection(): Connection {
    this.#connection ??= new ExchangeConnection(this);
    return this.#connection;
  }

  get transport(): Transport {
    this.#transport ??= new ExchangeTransport(this.#wire, this.log);
    return this.#transport;
  }

  get queuedBytes(): number {
    return this.#inbound?.queuedBytes ?? 0;
  }

  /**
   * Calls the app, judges what it leaves behind, then calls `settled`.
   * Trick "no frame": two callbacks are cheaper than an async function here; bench workload pipelined.
   */
  run(app: App, scope: Scope, settled: () => void): void {
    const threw = (error: unknown): void => {
      this.failed(error);
      settled();
    };
    try {
      Promise.resolve(app(scope, this.receive as Receive, this.send)).then(() => {
        if (this.#state === "open") this.#unfinished("the app returned", undefined);
        settled();
      }, threw);
    } catch (error) {
      threw(error);
    }
  }

  /** The app's `receive`. */
  readonly receive = (options?: ReceiveOptions): Promise<HttpReceiveEvent> => {
    const inbound = this.#body();
    const event = inbound.receive(options);
    if (inbound.isWanted && this.#state === "open") this.#wire.wantBody();
    return event;
  };

  /** The app's `send`: takes the event, or rejects with a `ContractError` and leaves all as it was (APP-11). */
  readonly send: Send = (event) => {
    if (this.#state === "ended") return nextTurn();
    try {
      if (this.#state === "taken") throw new ContractError("EXT-IO-3", "the connection was taken");
      const taken = this.#response.take(event);
      return this.#response.isBusy ? this.#watched(taken) : taken;
    } catch (error) {
      return rejectedSend(error, this.log);
    }
  };

  /** A file is sent by the server: when its app settles meanwhile, the exchange is judged after the file. */
  #watched(sent: Promise<void>): Promise<void> {
    const judge = (error?: unknown): void => {
      if (this.#hasSettled && this.#state === "open") this.#unfinished("the app returned", error);
    };
    sent.then(
      () => judge(),
      (error: unknown) => {
        this.log({ level: "debug", message: `send rejected: ${describeError(error)}` });
        judge(error);
      },
    );
    return sent;
  }

  pushBody(piece: Uint8Array, isLast: boolean, trailers?: Headers): void {
    this.#body().push(piece, isLast, trailers);
  }

  #body(): InboundBody {
    if (this.#inbound !== undefined) return this.#inbound;
    this.#inbound = new InboundBody();
    if (!this.#hasBody) this.#inbound.push(EMPTY, true);
    if (!this.isOpen) this.#inbound.finish(this.disconnectReason);
    return this.#inbound;
  }

  completed(): void {
    if (!this.isOpen) return;
    this.#state = "complete";
    if (this.#connection !== undefined) queueMicrotask(() => this.#connection!.serve());
    this.#inbound?.finish(null);
  }

  broken(detail: string): void {
    if (!this.isOpen) return;
    this.log({ level: "error", message: `incomplete response: ${detail}` });
    this.end("server_error", detail);
    this.#wire.abort();
  }

  paced(isWaiting: boolean): void {
    if (isWaiting) this.#transport?.reachedHigh();
    else this.#transport?.drained();
  }

  end(reason: DisconnectReason, detail: string | null = null): void {
    if (!this.isOpen) return;
    this.#state = "ended";
    this.disconnectReason = reason;
    this.disconnectDetail = detail;
    this.#response.close();
    queueMicrotask(() => {
      this.#connection?.serve();
      this.#inbound?.finish(reason);
      this.#response.release();
    });
  }

  /** The app ends its own exchange (CONN-15). */
  abort(detail?: string): void {
    if (!this.isOpen) return;
    this.end("app_abort", detail ?? null);
    this.#wire.abort();
  }

  /** A request is answered as ever; an app that took the connection is told (EXT-IO-4). */
  stop(): void {
    if (this.#state === "taken") this.end("server_shutdown", "the server is stopping");
  }

  markTaken(): void {
    if (this.#state !== "open" || this.#response.phase !== "idle") {
      throw new ContractError("EXT-IO-2", "take() comes once and before a start");
    }
    this.#state = "taken";
  }

  /** The handshake was accepted: the connection belongs to a session, which may still end cleanly (`completed`). */
  markAccepted(): void {
    this.markTaken();
    this.#response.status = SWITCHING_PROTOCOLS;
  }

  /** TRANS-1 for a session, after it has written. */
  pace(): Promise<void> {
    return this.#response.pace();
  }

  /** Sends a whole response for an app that was called directly. Throws a `ContractError` as `send` would reject. */
  answerAtOnce(start: HttpResponseStart, body: HttpInlineBody): void {
    if (this.#state !== "open") return;
    void this.#response.take(start);
    void this.#response.take(body);
  }

  /** The app threw, or what it gave was refused. */
  failed(error: unknown): void {
    if (this.#state === "open") return this.#unfinished("the app threw", error);
    const level = this.#state === "ended" ? "debug" : "error";
    this.log({ level, message: `app failed after the end of its exchange: ${describeError(error)}` });
  }

  /** HTTP-27 and HTTP-28: a missing response becomes a 500, a broken one is cut visibly. */
  #unfinished(what: string, error: unknown): void {
    this.#hasSettled = true;
    if (this.#response.isBusy) return;
    if (this.#response.phase !== "idle" && this.#response.phase !== "held") {
      return this.broken(error === undefined ? `${what} before the last piece` : describeError(error));
    }
    if (isTackError(error) && error.code === "HTTP") return this.#answer(error as HttpError);
    const detail = error === undefined ? `${what} without a response` : describeError(error);
    this.log({ level: "error", message: `no response: ${detail}` });
    this.#wire.closeAfter();
    this.#answer(new HttpError(500, ""));
  }

  /** Answers in the app's place, in plain text; an announced response of which nothing has left is replaced. */
  #answer(error: HttpError): void {
    const text = error.expose && error.message !== "" ? error.message : reasonPhrase(error.status);
    const isTyped = error.headers.some(([name]) => name === "content-type");
    const headers: Headers = isTyped ? error.headers : [...error.headers, PLAIN_TEXT];
    if (error.status >= 500) this.end("server_error", describeError(error));
    try {
      this.#response.replace(error.status, headers)(`${text}\n`);
    } catch (cause) {
      this.log({ level: "error", message: `cannot answer ${error.status}: ${describeError(cause)}` });
      this.#answer(new HttpError(500, "", { cause }));
    }
  }
}
