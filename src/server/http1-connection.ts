/** One HTTP/1 connection: a socket, the reader of its requests, one exchange after the other. */
import type { Socket } from "node:net";
import { ProtocolError } from "../http/errors.ts";
import type { DisconnectReason } from "../pagi/connection.ts";
import type { IoExtension } from "../pagi/extension.ts";
import { RequestReader } from "../protocol/http1/request-reader.ts";
import { adoptSocket, countOutput } from "./adopt-socket.ts";
import { copyOf } from "./byte-tools.ts";
import { copyOfRead } from "./byte-tools.ts";
import { cutSocket, reasonOf } from "./connection-errors.ts";
import { ConnectionSource } from "./connection-source.ts";
import { Deadlines } from "./deadlines.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { Http1Output } from "./http1-output.ts";
import { Http1Requests, type RequestsOwner } from "./http1-requests.ts";
import type { OutputOwner } from "./output-owner.ts";
import { isPreface, switchToHttp2 } from "./http2/prior-knowledge.ts";
import { RawSocket } from "./raw-socket.ts";
import { MAX_WAITING_BYTES, ReadBuffer } from "./read-buffer.ts";
import type { ServerConnection, ServerContext } from "./server-context.ts";

const NO_BYTES = new Uint8Array(0);

/** Made for every accepted socket; lives until that closes. */
export class Http1Connection implements OutputOwner, RequestsOwner, ServerConnection {
  readonly #context: ServerContext;
  readonly #unixPath: string | undefined;
  readonly #socket: Socket;
  readonly #requests: Http1Requests;
  readonly #reader: RequestReader;
  readonly output: Http1Output;
  readonly source: ConnectionSource;
  readonly deadlines: Deadlines;
  /** Where bytes go that are no HTTP any more: to an app that took the connection, or to a session. */
  #raw: RawSocket | Http1Requests | undefined;
  #hasInputEnded = false;

  constructor(accepted: Socket, context: ServerContext, unixPath: string | undefined) {
    this.#context = context;
    this.#unixPath = unixPath;
    const buffer = new ReadBuffer(() => this.#reader.remainingBody ?? 0);
    this.#requests = new Http1Requests(context, this);
    this.#reader = new RequestReader(context.limits, buffer, this.#requests);
    this.#socket = adoptSocket(accepted, context.limits.highWaterMark, buffer, (bytes, length) =>
      this.#receive(bytes, length),
    );
    this.output = new Http1Output(this.#socket, context, this);
    this.source = new ConnectionSource(this.#socket, context, unixPath, (exchange) => this.#take(exchange));
    this.deadlines = new Deadlines(context.clock.now);
    this.#socket.on("end", () => this.#inputEnded());
    this.#socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#requests.lose(reasonOf(error), error.message),
    );
    this.#socket.on("close", () => this.#closed());
  }

  get isReading(): boolean {
    return this.#reader.isReading;
  }

  get isAnsweringNext(): boolean {
    return this.#requests.exchange !== undefined;
  }

  /** A response whose request body cannot be discarded within the bound is the connection's last (HTTP-33). */
  mayKeepAlive(): boolean {
    const hasAll = this.#hasInputEnded && this.#reader.waitingBytes === 0;
    if (this.#context.isStopping || this.#requests.mustContinue || hasAll) return false;
    return (this.#reader.remainingBody ?? 0) <= this.#context.limits.maxDrainBytes;
  }

  responseDone(): void {
    this.#requests.answered();
    this.deadlines.isReading = false;
    if (!this.output.keepAlive) return this.finish();
    this.deadlines.enter(this.#reader.isBodyDone ? "idle" : "discard", this.#context.clock.now);
    if (this.output.bufferedAmount < this.#context.limits.highWaterMark) return this.#goOn();
    this.#socket.pause();
    return this.output.whenDrained(() => this.#goOn());
  }

  /** The next request, or a wait for it; a client that takes no answers gets no further request in before. */
  #goOn(): void {
    if (this.deadlines.phase !== "idle" && this.deadlines.phase !== "discard") return;
    try {
      this.#reader.next();
    } catch (error) {
      this.#refuse(error);
    }
    if (this.#raw !== undefined) return this.#raw.feed(this.#reader.release());
    if (this.#hasInputEnded && !this.#reader.isReading) return this.#inputEnded();
    this.deadlines.noteHead(this.#reader.headBytes, this.#context.clock.now);
    if (this.#requests.exchange === undefined || this.#reader.waitingBytes <= MAX_WAITING_BYTES)
      this.resumeReading();
  }

  wantBody(): void {
    this.#requests.wantBody();
  }

  upgraded(): void {
    this.deadlines.enter("session", this.#context.clock.now);
    this.#raw = this.#requests;
    // A client that has ended its side before it was answered has said all.
    this.#requests.feed(this.#reader.release(), this.#hasInputEnded);
    this.resumeReading();
  }

  cut(mustReset: boolean): void {
    this.deadlines.phase = "closed";
    cutSocket(this.#socket, mustReset);
  }

  sweep(now: number): void {
    this.deadlines.noteOutput(countOutput(this.#socket), now);
    const isHeldUp = this.#requests.mustContinue || this.#socket.isPaused();
    const overdue = this.deadlines.verdict(now, this.#context.limits, isHeldUp);
    if (overdue === "close") this.finish();
    else if (overdue === "destroy") this.cut(false);
    else if (overdue !== undefined) this.#overdue(overdue);
  }

  stop(): void {
    this.#requests.exchange?.stop();
  }

  closeIfIdle(): void {
    if (this.deadlines.phase === "idle") this.finish();
  }

  shutdown(): void {
    this.#cutOff("server_shutdown", "the server stopped");
  }

  #receive(bytes: Buffer, length: number): void {
    const { phase } = this.deadlines;
    this.deadlines.readAt = this.#context.clock.now;
    const raw = this.#raw;
    if (raw !== undefined) return raw.feed(copyOfRead(bytes, length));
    if (phase === "linger" || phase === "closed") return undefined;
    if (phase === "idle") this.deadlines.enter("head", this.deadlines.readAt);
    try {
      this.#reader.push(bytes, length);
    } catch (error) {
      if (this.#mayBeHttp2(error)) return this.#switch(bytes, length, error);
      this.#refuse(error);
    }
    this.#raw?.feed(this.#reader.release());
    this.deadlines.noteHead(this.#reader.headBytes, this.#context.clock.now);
    if (this.#requests.exchange === undefined) return this.output.flush();
    if (this.#reader.waitingBytes > MAX_WAITING_BYTES) this.#socket.pause();
    return this.output.flushSoon();
  }

  /** A version that is not known here, in the first line of the connection. */
  #mayBeHttp2(error: unknown): boolean {
    const isFirst = this.#requests.count === 0 && this.#context.speaksHttp2;
    return isFirst && error instanceof ProtocolError && error.status === 505;
  }

  /** The bytes of this read were kept only where they belong to earlier ones. */
  #switch(bytes: Buffer, length: number, error: unknown): void {
    const waiting = this.#reader.release();
    const first = waiting.byteLength > 0 ? waiting : copyOf(bytes, 0, length);
    if (!isPreface(first)) return this.#refuse(error);
    this.deadlines.phase = "closed";
    this.#context.connections.delete(this);
    return switchToHttp2(this.#socket, first, this.#context, this.#unixPath);
  }

  /** Broken input is answered, but never twice: the client would take that for the answer to its next request. */
  #refuse(error: unknown): void {
    if (!(error instanceof ProtocolError)) {
      this.#context.log({ level: "error", message: `connection failed: ${String(error)}` });
      return this.#cutOff("server_error", "the server failed");
    }
    if (this.deadlines.phase === "discard") return this.finish();
    const { status, message, rule } = error;
    this.#context.log({ level: "debug", message: `refused: ${message} (${rule})` });
    this.#answerAndClose(status, status === 413 ? "body_too_large" : "protocol_error", message);
  }

  #answerAndClose(status: number, reason: DisconnectReason, detail: string): void {
    const hasStarted = this.output.isAnswering;
    this.#requests.lose(reason, detail);
    if (hasStarted) return this.cut(true);
    this.output.refuse(status, this.#reader.isHead);
    return this.finish();
  }

  #overdue(reason: DisconnectReason): void {
    if (reason === "client_closed" || reason === "write_timeout")
      return this.#cutOff(reason, "deadline passed");
    return this.#answerAndClose(reason === "client_timeout" ? 408 : 503, reason, "deadline passed");
  }

  /** No further request: writes what waits, ends our side, gives the client a moment to end its own. */
  finish(): void {
    this.deadlines.enter("linger", this.#context.clock.now);
    this.output.end();
    this.resumeReading();
  }

  #inputEnded(): void {
    this.#hasInputEnded = true;
    if (this.#requests.exchange === undefined) return this.finish();
    if (this.#raw === this.#requests) return this.#requests.feed(NO_BYTES, true);
    if (!this.#reader.isBodyDone) return this.#cutOff("client_closed", "the request body was cut short");
    return this.deadlines.enter("half", this.#context.clock.now);
  }

  #cutOff(reason: DisconnectReason, detail: string): void {
    this.#requests.lose(reason, detail);
    this.cut(this.output.isAnswering);
  }

  #closed(): void {
    this.#requests.lose("client_closed", "the connection was closed");
    this.deadlines.phase = "closed";
    this.#context.connections.delete(this);
    this.output.drained();
  }

  #take(exchange: Exchange): ReturnType<IoExtension["take"]> {
    exchange.markTaken();
    this.output.flush();
    this.deadlines.enter("taken", this.#context.clock.now);
    const raw = new RawSocket(this.#socket);
    this.#raw = raw;
    if (this.#context.isStopping) this.stop();
    return { socket: raw, head: this.#reader.release() };
  }

  pauseReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    if (!this.#socket.isPaused()) return;
    if (this.deadlines.isReading) this.deadlines.startBody(this.#context.clock.now);
    this.#socket.resume();
  }
}
