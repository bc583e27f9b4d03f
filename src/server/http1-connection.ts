/** One HTTP/1 connection: a socket, the reader of its requests, one exchange after the other. */
import type { Socket } from "node:net";
import { ProtocolError } from "../http/errors.ts";
import type { DisconnectReason } from "../pagi/connection.ts";
import type { IoExtension } from "../pagi/extension.ts";
import type { Headers } from "../pagi/scope.ts";
import type { HeadRecord } from "../protocol/http1/head-record.ts";
import { hasBody, RequestReader, type RequestSink } from "../protocol/http1/request-reader.ts";
import { adoptSocket, countOutput } from "./adopt-socket.ts";
import { cutSocket, overloaded, reasonOf } from "./connection-errors.ts";
import { ConnectionSource } from "./connection-source.ts";
import { Deadlines } from "./deadlines.ts";
import { NO_FIELDS } from "../exchange/field-facts.ts";
import { HttpExchange } from "../exchange/http-exchange.ts";
import { Http1Output, type OutputOwner } from "./http1-output.ts";
import { checkHost } from "./host-check.ts";
import { Http1Scope } from "./http1-scope.ts";
import { RawSocket } from "./raw-socket.ts";
import { MAX_WAITING_BYTES, ReadBuffer } from "./read-buffer.ts";
import type { ServerConnection, ServerContext } from "./server-context.ts";

/** Made for every accepted socket; lives until that closes. */
export class Http1Connection implements OutputOwner, RequestSink, ServerConnection {
  readonly #context: ServerContext;
  readonly #socket: Socket;
  readonly #output: Http1Output;
  readonly #source: ConnectionSource;
  readonly #reader: RequestReader;
  readonly #deadlines: Deadlines;
  readonly #settled = (): void => void this.#context.requestsInFlight--;
  #exchange: HttpExchange | undefined;
  #raw: RawSocket | undefined;
  #mustContinue = false;
  #hasInputEnded = false;
  #discarded = 0;
  #requests = 0;

  constructor(accepted: Socket, context: ServerContext, unixPath: string | undefined) {
    this.#context = context;
    const buffer = new ReadBuffer(() => this.#reader.remainingBody ?? 0);
    this.#reader = new RequestReader(context.limits, buffer, this);
    this.#socket = adoptSocket(accepted, context.limits.highWaterMark, buffer, (bytes, length) =>
      this.#receive(bytes, length),
    );
    this.#output = new Http1Output(this.#socket, context, this);
    this.#source = new ConnectionSource(this.#socket, context, unixPath, (exchange) => this.#take(exchange));
    this.#deadlines = new Deadlines(context.clock.now);
    this.#socket.on("end", () => this.#inputEnded());
    this.#socket.on("error", (error: NodeJS.ErrnoException) => this.#lost(reasonOf(error), error.message));
    this.#socket.on("close", () => this.#closed());
  }

  get isReading(): boolean {
    return this.#reader.isReading;
  }

  get isAnsweringNext(): boolean {
    return this.#exchange !== undefined;
  }

  /** A response whose request body cannot be discarded within the bound is the connection's last (HTTP-33). */
  mayKeepAlive(): boolean {
    const hasAll = this.#hasInputEnded && this.#reader.waitingBytes === 0;
    if (this.#context.isStopping || this.#mustContinue || hasAll) return false;
    return (this.#reader.remainingBody ?? 0) <= this.#context.limits.maxDrainBytes;
  }

  responseDone(): void {
    this.#exchange = undefined;
    this.#deadlines.isReading = false;
    if (!this.#output.keepAlive) return this.#finish();
    this.#discarded = 0;
    this.#deadlines.enter(this.#reader.isBodyDone ? "idle" : "discard", this.#context.clock.now);
    if (this.#output.bufferedAmount < this.#context.limits.highWaterMark) return this.#goOn();
    this.#socket.pause();
    return this.#output.whenDrained(() => this.#goOn());
  }

  /** The next request, or a wait for it; a client that takes no answers gets no further request in before. */
  #goOn(): void {
    if (this.#deadlines.phase !== "idle" && this.#deadlines.phase !== "discard") return;
    try {
      this.#reader.next();
    } catch (error) {
      this.#refuse(error);
    }
    if (this.#raw !== undefined) return this.#raw.feed(this.#reader.release());
    if (this.#hasInputEnded && !this.#reader.isReading) return this.#inputEnded();
    this.#deadlines.noteHead(this.#reader.headBytes, this.#context.clock.now);
    if (this.#exchange === undefined || this.#reader.waitingBytes <= MAX_WAITING_BYTES) this.#resume();
  }

  wantBody(): void {
    if (this.#mustContinue) {
      this.#mustContinue = false;
      this.#deadlines.startBody(this.#context.clock.now);
      if (!this.#output.isAnswering) this.#output.informational(100, NO_FIELDS, []);
    }
    this.#resume();
  }

  cut(mustReset: boolean): void {
    this.#deadlines.phase = "closed";
    cutSocket(this.#socket, mustReset);
  }

  onHead(record: HeadRecord, text: string): void {
    const { limits, clock } = this.#context;
    checkHost(record, text);
    if (this.#context.requestsInFlight >= limits.maxRequestsInFlight) throw overloaded();
    const keepAlive = !record.wantsClose && (record.minor === 1 || record.wantsKeepAlive);
    this.#output.begin(record.minor, keepAlive && ++this.#requests < limits.maxRequestsPerConnection);
    const isWithBody = hasBody(record);
    this.#mustContinue = record.wantsContinue && isWithBody;
    this.#deadlines.enter("busy", clock.now);
    if (isWithBody) this.#deadlines.startBody(clock.now);
    const exchange = new HttpExchange(this.#output, this.#context, record.isHead, isWithBody);
    const scope = new Http1Scope(record, text, this.#source, exchange);
    this.#exchange = exchange;
    this.#context.requestsInFlight++;
    this.#context.run(exchange, scope, this.#settled);
  }

  onBody(piece: Uint8Array, isLast: boolean, trailers: Headers): void {
    this.#mustContinue = false;
    this.#deadlines.bodyBytes += piece.byteLength;
    if (isLast) this.#deadlines.isReading = false;
    const exchange = this.#exchange;
    if (exchange === undefined) return this.#discard(piece.byteLength, isLast);
    exchange.pushBody(piece, isLast, trailers);
    if (!isLast && exchange.queuedBytes >= this.#context.limits.maxQueuedBodyBytes) this.#socket.pause();
  }

  sweep(now: number): void {
    this.#deadlines.noteOutput(countOutput(this.#socket), now);
    const isHeldUp = this.#mustContinue || this.#socket.isPaused();
    const overdue = this.#deadlines.verdict(now, this.#context.limits, isHeldUp);
    if (overdue === "close") this.#finish();
    else if (overdue === "destroy") this.cut(false);
    else if (overdue !== undefined) this.#overdue(overdue);
  }

  closeIfIdle(): void {
    if (this.#deadlines.phase === "idle") this.#finish();
    if (this.#raw !== undefined) this.#lost("server_shutdown", "the server is stopping");
  }

  shutdown(): void {
    this.#cutOff("server_shutdown", "the server stopped");
  }

  #receive(bytes: Buffer, length: number): void {
    const { phase } = this.#deadlines;
    this.#deadlines.readAt = this.#context.clock.now;
    const raw = this.#raw;
    if (raw !== undefined) return raw.feed(Buffer.from(bytes.subarray(0, length)));
    if (phase === "linger" || phase === "closed") return undefined;
    if (phase === "idle") this.#deadlines.enter("head", this.#deadlines.readAt);
    try {
      this.#reader.push(bytes, length);
    } catch (error) {
      this.#refuse(error);
    }
    this.#raw?.feed(this.#reader.release());
    this.#deadlines.noteHead(this.#reader.headBytes, this.#context.clock.now);
    if (this.#exchange === undefined) return this.#output.flush();
    if (this.#reader.waitingBytes > MAX_WAITING_BYTES) this.#socket.pause();
    return this.#output.flushSoon();
  }

  /** Broken input is answered, but never twice: the client would take that for the answer to its next request. */
  #refuse(error: unknown): void {
    if (!(error instanceof ProtocolError)) {
      this.#context.log({ level: "error", message: `connection failed: ${String(error)}` });
      return this.#cutOff("server_error", "the server failed");
    }
    if (this.#deadlines.phase === "discard") return this.#finish();
    const { status, message, rule } = error;
    this.#context.log({ level: "debug", message: `refused: ${message} (${rule})` });
    this.#answerAndClose(status, status === 413 ? "body_too_large" : "protocol_error", message);
  }

  #answerAndClose(status: number, reason: DisconnectReason, detail: string): void {
    const hasStarted = this.#output.isAnswering;
    this.#lost(reason, detail);
    if (hasStarted) return this.cut(true);
    this.#output.refuse(status, this.#reader.isHead);
    return this.#finish();
  }

  #overdue(reason: DisconnectReason): void {
    if (reason === "client_closed" || reason === "write_timeout")
      return this.#cutOff(reason, "deadline passed");
    return this.#answerAndClose(reason === "client_timeout" ? 408 : 503, reason, "deadline passed");
  }

  #discard(size: number, isLast: boolean): void {
    if (this.#deadlines.phase !== "discard") return;
    this.#discarded += size;
    if (isLast) this.#deadlines.enter("idle", this.#context.clock.now);
    else if (this.#discarded > this.#context.limits.maxDrainBytes) this.#finish();
  }

  /** No further request: writes what waits, ends our side, gives the client a moment to end its own. */
  #finish(): void {
    this.#deadlines.enter("linger", this.#context.clock.now);
    this.#output.end();
    this.#resume();
  }

  #inputEnded(): void {
    this.#hasInputEnded = true;
    if (this.#exchange === undefined) return this.#finish();
    if (!this.#reader.isBodyDone) return this.#cutOff("client_closed", "the request body was cut short");
    return this.#deadlines.enter("half", this.#context.clock.now);
  }

  #cutOff(reason: DisconnectReason, detail: string): void {
    this.#lost(reason, detail);
    this.cut(this.#output.isAnswering);
  }

  #lost(reason: DisconnectReason, detail: string): void {
    this.#exchange?.end(reason, detail);
    this.#exchange = undefined;
  }

  #closed(): void {
    this.#lost("client_closed", "the connection was closed");
    this.#deadlines.phase = "closed";
    this.#context.connections.delete(this);
    this.#output.drained();
  }

  #take(exchange: HttpExchange): ReturnType<IoExtension["take"]> {
    exchange.markTaken();
    this.#output.flush();
    this.#deadlines.enter("taken", this.#context.clock.now);
    this.#raw = new RawSocket(this.#socket);
    if (this.#context.isStopping) this.closeIfIdle();
    return { socket: this.#raw, head: this.#reader.release() };
  }

  #resume(): void {
    if (!this.#socket.isPaused()) return;
    if (this.#deadlines.isReading) this.#deadlines.startBody(this.#context.clock.now);
    this.#socket.resume();
  }
}
