/** Node only. A genuine `http.IncomingMessage` whose body comes from the hub. */
import { IncomingMessage } from "node:http";
import type { Receive } from "../../pagi/app.ts";
import type { HttpReceiveEvent, SseReceiveEvent } from "../../pagi/event.ts";
import type { ExchangeScope, Headers, HttpScope, SseScope } from "../../pagi/scope.ts";
import { ClosedError } from "../../http/errors.ts";
import { setUrl } from "./request-url.ts";
import type { StandInSocket } from "./stand-in-socket.ts";

const FEED: unique symbol = Symbol("feed");

/** What node's class keeps on a request, as far as it is needed here. */
export interface HostedRequest extends IncomingMessage {
  [FEED]: RequestFeed;
  _consuming: boolean;
  _readableState: Record<"readingMore" | "ended" | "endEmitted" | "closed" | "closeEmitted", boolean>;
  _addHeaderLines(lines: readonly string[], count: number): void;
  _dump(): void;
}

/** Who is told that the body is moving, or that the client is lost. */
export interface FeedOwner {
  readonly isOpen: boolean;
  lost(): void;
  failed(error: unknown): void;
  received(bytes: number): void;
}

/** Makes the request of `scope`, on `socket`. */
export function makeRequest(
  scope: HttpScope | SseScope,
  socket: StandInSocket,
  receive: Receive,
  owner: FeedOwner,
): HostedRequest {
  const request = new IncomingMessage(socket as never) as HostedRequest;
  fillHead(request, scope);
  request[FEED] = new RequestFeed(request, receive, owner);
  request._read = read;
  if (!mayHaveBody(scope)) request[FEED].oweEnd();
  return request;
}

/** Sets what the head of a request says. */
export function fillHead(request: IncomingMessage, scope: ExchangeScope): void {
  const { httpVersion } = scope;
  request.httpVersionMajor = httpVersion === "2" ? 2 : 1;
  request.httpVersionMinor = httpVersion === "1.1" ? 1 : 0;
  request.httpVersion = httpVersion === "2" ? "2.0" : httpVersion;
  // A handshake is a GET (RFC 6455 4.1).
  request.method = scope.type === "websocket" ? "GET" : scope.method;
  const lines = flatten(scope.headers);
  (request as HostedRequest)._addHeaderLines(lines, lines.length);
  setUrl(request, scope);
}

/** The response has ended: as node, a body that nobody has begun to read is let go. */
export function releaseRequest(request: HostedRequest): void {
  if (request._consuming) return request.complete ? undefined : request[FEED].pull();
  if (request.complete && !isHeard(request)) return endQuietly(request);
  request[FEED].payEnd();
  return request._dump();
}

/** Whether anybody would notice that the request ends. */
function isHeard(request: HostedRequest): boolean {
  return request.listenerCount("end") > 0 || request.listenerCount("close") > 0;
}

/**
 * Leaves a request without a body as it is after its end.
 * Trick "nobody listens": spares four turns of node's own; bench servers tack-express, tack-koa and tack-fastify,
 * workload hello.
 */
function endQuietly(request: HostedRequest): void {
  const state = request._readableState;
  state.ended = true;
  state.endEmitted = true;
  state.closed = true;
  state.closeEmitted = true;
  request.destroyed = true;
}

function read(this: HostedRequest): void {
  if (!this._consuming) {
    this._readableState.readingMore = false;
    this._consuming = true;
  }
  this[FEED].pull();
}

/** HTTP/1 says with its framing fields whether there is a body; HTTP/2 need not. */
export function mayHaveBody(scope: ExchangeScope): boolean {
  if (scope.httpVersion === "2") return true;
  for (const [name, value] of scope.headers) {
    if (name === "transfer-encoding" || (name === "content-length" && value !== "0")) return true;
  }
  return false;
}

function flatten(headers: Headers): string[] {
  const lines: string[] = [];
  for (const pair of headers) lines.push(pair[0], pair[1]);
  return lines;
}

/** Pushes body events into the request, one for each time that it wants more. */
class RequestFeed {
  readonly #request: HostedRequest;
  readonly #receive: Receive;
  readonly #owner: FeedOwner;
  #isPulling = false;
  #owesEnd = false;

  constructor(request: HostedRequest, receive: Receive, owner: FeedOwner) {
    this.#request = request;
    this.#receive = receive;
    this.#owner = owner;
  }

  pull(): void {
    if (this.#owesEnd) return this.payEnd();
    if (this.#isPulling || this.#request.complete) return;
    if (!this.#owner.isOpen) return this.#givenUp();
    this.#isPulling = true;
    this.#receive().then(
      (event) => this.#take(event as HttpReceiveEvent | SseReceiveEvent),
      (error: unknown) => this.#owner.failed(error),
    );
  }

  /** There is no body; whoever reads learns of it then. */
  oweEnd(): void {
    this.#request.complete = true;
    this.#owesEnd = true;
  }

  /** Tells that there is no body, if that is still to be told. */
  payEnd(): void {
    if (!this.#owesEnd) return;
    this.#owesEnd = false;
    this.#request.push(null);
  }

  /** The body is whole. */
  finish(trailers: Headers): void {
    this.#request.complete = true;
    // After `complete` node takes lines for trailers.
    const lines = flatten(trailers);
    this.#request._addHeaderLines(lines, lines.length);
    this.#request.push(null);
  }

  #take(event: HttpReceiveEvent | SseReceiveEvent): void {
    this.#isPulling = false;
    if (this.#request.destroyed) return;
    if (event.type !== "http.request" && event.type !== "sse.request") {
      return event.reason === null ? this.#givenUp() : this.#owner.lost();
    }
    const { body } = event;
    this.#owner.received(body.byteLength);
    if (body.byteLength > 0) this.#request.push(Buffer.from(body.buffer, body.byteOffset, body.byteLength));
    if (!event.more) this.finish("trailers" in event ? (event.trailers ?? []) : []);
    else if (body.byteLength === 0) this.pull();
  }

  /** The response has ended before the body: fine when nobody looks at it, else it is cut short and says so. */
  #givenUp(): void {
    const request = this.#request;
    const isWatched = request.listenerCount("data") > 0 || request.listenerCount("readable") > 0;
    if (isWatched)
      request.destroy(new ClosedError("the response has ended before the request body was read"));
    else this.finish([]);
  }
}
