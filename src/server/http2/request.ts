/** One request on a stream of HTTP/2: its body on the way in, its times, and how it ends. */
import type { ServerHttp2Stream } from "node:http2";
import type { Exchange } from "../../exchange/exchange.ts";
import { NO_FIELDS } from "../../exchange/field-facts.ts";
import { ProtocolError } from "../../http/errors.ts";
import type { DisconnectReason } from "../../pagi/connection.ts";
import type { Headers } from "../../pagi/scope.ts";
import { Http2Head } from "../../protocol/http2/request-head.ts";
import { readTrailers } from "../../protocol/http2/request-trailers.ts";
import { overloaded, tooLarge } from "../connection-errors.ts";
import { Deadlines } from "../deadlines.ts";
import { openStreamExchange, openStreamScope } from "../open-exchange.ts";
import type { ServerContext } from "../server-context.ts";
import type { ScopeSource } from "../server-scope.ts";
import { attach, type StreamListener } from "./attach.ts";
import { codeName, H2, reasonOfReset } from "./codes.ts";
import { Http2Output, type StreamOwner } from "./output.ts";
import { OutputProgress } from "./output-progress.ts";
import { refuse } from "./refuse.ts";

const [EMPTY, NO_TRAILERS]: [Uint8Array, Headers] = [new Uint8Array(0), []];

/** What a request needs of its connection. */
export interface RequestHost {
  readonly context: ServerContext;
  readonly source: ScopeSource;
  /** All bytes that the connection sent, of whatever stream. */
  readonly sentBytes: number;
  /** The app is over. */
  readonly settled: () => void;
  /** The stream is gone; `wasReset` when it was reset, and not by this side. */
  closed(request: Http2Request, wasReset: boolean): void;
}

/** One per stream, from its head to its close. */
export class Http2Request implements StreamListener, StreamOwner {
  readonly #stream: ServerHttp2Stream;
  readonly #host: RequestHost;
  readonly #output: Http2Output;
  readonly #deadlines: Deadlines;
  readonly #progress = new OutputProgress();
  #exchange: Exchange | undefined;
  #isHead = false;
  #isHandshake = false;
  #trailers: Headers = NO_TRAILERS;
  #error: Error | undefined;
  #mustContinue = false;
  #isBodyWhole: boolean;
  #received = 0;
  #discarded = 0;
  #isCut = false;

  constructor(stream: ServerHttp2Stream, hasBody: boolean, host: RequestHost) {
    this.#stream = stream;
    this.#host = host;
    this.#output = new Http2Output(stream, host.context, this);
    this.#deadlines = new Deadlines(host.context.clock.now);
    this.#isBodyWhole = !hasBody;
    attach(stream, this);
    if (hasBody) this.#listen();
  }

  fail(error: Error): void {
    this.#error = error;
  }

  /** Takes the head, a list of names and values: calls the app, or answers in its place. */
  begin(list: readonly string[]): void {
    const { context } = this.#host;
    this.#deadlines.enter("busy", context.clock.now);
    try {
      this.#open(new Http2Head(list, context.limits));
    } catch (error) {
      this.#isHead = list[list.indexOf(":method") + 1] === "HEAD";
      this.#refuse(error);
    }
  }

  #open(head: Http2Head): void {
    const { context, source, settled } = this.#host;
    const { limits, clock } = context;
    // Some clients say that there is nothing, and then forget to end the stream.
    const hasBody = !this.#isBodyWhole && head.contentLength !== 0;
    this.#isHead = head.isHead;
    this.#isHandshake = head.isHandshake;
    if ((head.contentLength ?? 0) > limits.maxBodyBytes) throw tooLarge();
    if (context.requestsInFlight >= limits.maxRequestsInFlight) throw overloaded();
    if (hasBody && !head.isHandshake) this.#deadlines.startBody(clock.now);
    this.#mustContinue = hasBody && head.wantsContinue;
    const exchange = openStreamExchange(head, hasBody, this.#output, context);
    const scope = openStreamScope(head, source, exchange);
    this.#exchange = exchange;
    context.requestsInFlight++;
    if (context.isStopping) exchange.stop();
    context.run(exchange, scope, settled);
  }

  #refuse(error: unknown): void {
    const { log } = this.#host.context;
    if (error instanceof ProtocolError) {
      log({ level: "debug", message: `refused: ${error.message} (${error.rule})` });
      return this.#answer(error, error.status === 413 ? "body_too_large" : "protocol_error");
    }
    log({ level: "error", message: `stream failed: ${String(error)}` });
    return this.abandon("server_error", "the server failed");
  }

  /** Looks at the deadlines of the stream. */
  sweep(now: number): void {
    const { limits } = this.#host.context;
    this.#deadlines.noteOutput(this.#progress.count(this.#output, this.#host.sentBytes, now, limits), now);
    const isHeldUp = this.#mustContinue || this.#stream.isPaused();
    const overdue = this.#deadlines.verdict(now, limits, isHeldUp);
    if (overdue === "close" || overdue === "destroy")
      this.#reset(this.#output.isWhole ? H2.noError : H2.internalError);
    else if (overdue !== undefined) this.#overdue(overdue);
  }

  /** The server begins to stop. */
  stop(): void {
    this.#exchange?.stop();
  }

  /** The exchange is over for a reason that lies outside of its stream. */
  lose(reason: DisconnectReason, detail: string): void {
    const exchange = this.#exchange;
    this.#exchange = undefined;
    exchange?.end(reason, detail);
  }

  abandon(reason: DisconnectReason, detail: string): void {
    this.lose(reason, detail);
    if (!this.#output.isWhole) this.cut();
  }

  responseDone(): void {
    this.#exchange = undefined;
    this.#deadlines.isReading = false;
    this.#deadlines.enter("linger", this.#host.context.clock.now);
    // RFC 9113 §8.1: what is left of the request is thrown away within a bound, and the client told only then: some lose a
    // response that comes in one read with a reset (HTTP-33).
    if (!this.#isBodyWhole) this.#stream.resume();
  }

  wantBody(): void {
    const { now } = this.#host.context.clock;
    if (this.#mustContinue) {
      this.#mustContinue = false;
      this.#deadlines.startBody(now);
      this.#output.informational(100, NO_FIELDS, []);
    }
    if (!this.#stream.isPaused()) return;
    if (this.#deadlines.isReading) this.#deadlines.startBody(now);
    this.#stream.resume();
  }

  upgraded(): void {
    this.#deadlines.enter("session", this.#host.context.clock.now);
    // It was held back when it said too much before it was answered.
    this.wantBody();
  }

  cut(): void {
    this.#reset(H2.internalError);
  }

  #listen(): void {
    const stream = this.#stream;
    stream.on("data", (piece: Buffer) => this.#onData(piece));
    stream.on("trailers", (_fields, _flags, list: string[] = []) => (this.#trailers = readTrailers(list)));
    stream.on("aborted", () => this.#abandoned());
    stream.on("end", () => this.#onEnd());
  }

  #onData(piece: Buffer): void {
    const { limits, clock } = this.#host.context;
    this.#mustContinue = false;
    this.#deadlines.bodyBytes += piece.byteLength;
    this.#deadlines.readAt = clock.now;
    const exchange = this.#exchange;
    if (exchange === undefined) return this.#discard(piece.byteLength);
    this.#received += piece.byteLength;
    if (this.#received > limits.maxBodyBytes && !this.#isHandshake) return this.#refuse(tooLarge());
    exchange.pushBody(piece, false);
    if (exchange.queuedBytes >= limits.maxQueuedBodyBytes) this.#stream.pause();
  }

  /** Node also reports an end when a stream was cut: such a body must not seem whole. */
  #onEnd(): void {
    if (this.#stream.aborted || this.#stream.rstCode !== H2.noError) return;
    this.#isBodyWhole = true;
    this.#deadlines.isReading = false;
    this.#exchange?.pushBody(EMPTY, true, this.#trailers);
  }

  /** The client has reset the stream; node tells of its close only when all that came was read. */
  #abandoned(): void {
    const { rstCode } = this.#stream;
    if (!this.#isCut) this.lose(reasonOfReset(rstCode), `the stream was reset with ${codeName(rstCode)}`);
  }

  #discard(size: number): void {
    this.#discarded += size;
    if (this.#discarded > this.#host.context.limits.maxDrainBytes) this.#reset(H2.noError);
  }

  #overdue(reason: DisconnectReason): void {
    if (reason === "client_timeout" || reason === "x-request-timeout") {
      const status = reason === "client_timeout" ? 408 : 503;
      return this.#answer(new ProtocolError(status, "deadline passed", "HTTP-36"), reason);
    }
    this.lose(reason, "deadline passed");
    return this.#reset(H2.cancel);
  }

  /** Answers in the app's place; what has begun can only be cut. */
  #answer(error: ProtocolError, reason: DisconnectReason): void {
    this.lose(reason, error.message);
    if (this.#output.isAnswering) return this.cut();
    refuse(this.#stream, error, { date: this.#host.context.clock.date, isHead: this.#isHead });
    this.#output.isWhole = true;
    return this.responseDone();
  }

  /**
   * Node ends the writing side of what it resets, and the end may leave before the reset: a cut response would seem
   * whole. So there is no end for it to call; the reset closes both sides, once what was written has left.
   */
  #reset(code: number): void {
    const stream = this.#stream;
    this.#isCut = true;
    if (stream.closed) return;
    if (code === H2.noError) return stream.close(code);
    stream.end = () => stream;
    setImmediate(() => stream.close(code));
  }

  close(): void {
    const { rstCode } = this.#stream;
    const wasReset = rstCode !== H2.noError && !this.#isCut;
    // A response without a body may have left while its app is still at work.
    if (wasReset || !this.#output.isWhole)
      this.lose(reasonOfReset(rstCode), this.#error?.message ?? `closed with ${codeName(rstCode)}`);
    this.#deadlines.phase = "closed";
    this.#host.closed(this, wasReset);
    this.#output.drained();
  }
}
