/** What the reader of an HTTP/1 connection finds, made into exchanges: heads, bodies, and bodies nobody wants. */
import type { Exchange } from "../exchange/exchange.ts";
import { NO_FIELDS } from "../exchange/field-facts.ts";
import type { DisconnectReason } from "../pagi/connection.ts";
import type { Headers } from "../pagi/scope.ts";
import type { HeadRecord } from "../protocol/http1/head-record.ts";
import { hasBody, type RequestSink } from "../protocol/http1/request-reader.ts";
import { overloaded } from "./connection-errors.ts";
import type { Deadlines } from "./deadlines.ts";
import { checkHost } from "./host-check.ts";
import type { Http1Output } from "./http1-output.ts";
import type { ScopeSource } from "./server-scope.ts";
import { openExchange, openScope } from "./open-exchange.ts";
import type { ServerContext } from "./server-context.ts";

const NO_TRAILERS: Headers = [];

/** What the requests need of their connection. */
export interface RequestsOwner {
  readonly output: Http1Output;
  readonly source: ScopeSource;
  readonly deadlines: Deadlines;
  pauseReading(): void;
  resumeReading(): void;
  /** No further request. */
  finish(): void;
}

/** One per connection; carries one exchange at a time. */
export class Http1Requests implements RequestSink {
  readonly #context: ServerContext;
  readonly #owner: RequestsOwner;
  readonly #settled = (): void => void this.#context.requestsInFlight--;
  #discarded = 0;
  /** How many there were so far. */
  count = 0;
  /** The exchange that is open. */
  exchange: Exchange | undefined = undefined;
  /** True while the client waits for a 100 before it sends its body. */
  mustContinue = false;

  constructor(context: ServerContext, owner: RequestsOwner) {
    this.#context = context;
    this.#owner = owner;
  }

  onHead(record: HeadRecord, text: string): void {
    const { limits, clock } = this.#context;
    const { output, deadlines, source } = this.#owner;
    checkHost(record, text);
    if (this.#context.requestsInFlight >= limits.maxRequestsInFlight) throw overloaded();
    const keepAlive = !record.wantsClose && (record.minor === 1 || record.wantsKeepAlive);
    output.begin(record.minor, keepAlive && ++this.count < limits.maxRequestsPerConnection);
    const isWithBody = hasBody(record);
    this.mustContinue = record.wantsContinue && isWithBody;
    deadlines.enter("busy", clock.now);
    if (isWithBody) deadlines.startBody(clock.now);
    const exchange = openExchange(record, text, output, this.#context);
    const scope = openScope(record, text, source, exchange);
    this.exchange = exchange;
    this.#context.requestsInFlight++;
    if (this.#context.isStopping) exchange.stop();
    this.#context.run(exchange, scope, this.#settled);
  }

  onBody(piece: Uint8Array, isLast: boolean, trailers: Headers): void {
    const { deadlines } = this.#owner;
    this.mustContinue = false;
    deadlines.bodyBytes += piece.byteLength;
    if (isLast) deadlines.isReading = false;
    const { exchange } = this;
    if (exchange === undefined) return this.#discard(piece.byteLength, isLast);
    exchange.pushBody(piece, isLast, trailers);
    if (!isLast && exchange.queuedBytes >= this.#context.limits.maxQueuedBodyBytes)
      this.#owner.pauseReading();
  }

  /** Bytes of an upgraded connection. */
  feed(bytes: Uint8Array, isLast = false): void {
    if (bytes.byteLength > 0 || isLast) this.onBody(bytes, isLast, NO_TRAILERS);
  }

  /** The app asks for its body. */
  wantBody(): void {
    const { output, deadlines } = this.#owner;
    if (this.mustContinue) {
      this.mustContinue = false;
      deadlines.startBody(this.#context.clock.now);
      if (!output.isAnswering) output.informational(100, NO_FIELDS, []);
    }
    this.#owner.resumeReading();
  }

  /** The response was written; what is left of the body is thrown away, within a bound (HTTP-33). */
  answered(): void {
    this.exchange = undefined;
    this.#discarded = 0;
  }

  /** Ends the exchange that is open, abnormally. */
  lose(reason: DisconnectReason, detail: string): void {
    this.exchange?.end(reason, detail);
    this.exchange = undefined;
  }

  #discard(size: number, isLast: boolean): void {
    const { deadlines } = this.#owner;
    if (deadlines.phase !== "discard") return;
    this.#discarded += size;
    if (isLast) deadlines.enter("idle", this.#context.clock.now);
    else if (this.#discarded > this.#context.limits.maxDrainBytes) this.#owner.finish();
  }
}
