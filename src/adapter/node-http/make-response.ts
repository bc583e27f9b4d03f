/**
 * Node only. A genuine `http.ServerResponse` whose head and body go to the hub instead of a socket.
 *
 * The methods that node calls for that are own properties of the response: frameworks swap the prototype, and
 * then only these stay. They are the same five on every supported Node; everything else is node's code.
 */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Send } from "../../pagi/app.ts";
import type { HttpScope, SseScope } from "../../pagi/scope.ts";
import { type GivenHeaders, readHead, readLines } from "./response-head.ts";
import { ResponseOutlet, type OutletOwner } from "./response-outlet.ts";
import type { StandInSocket } from "./stand-in-socket.ts";

type Callback = (error?: Error | null) => void;

const OUTLET: unique symbol = Symbol("outlet");
const SCOPE: unique symbol = Symbol("scope");

/** What node's classes keep on a response, as far as it is needed here. */
export interface HostedResponse extends ServerResponse {
  [OUTLET]: ResponseOutlet;
  [SCOPE]: HttpScope | SseScope;
  _header: string | null;
  _headerSent: boolean;
  _hasBody: boolean;
  _trailer: string;
  _closed: boolean;
  _storeHeader(firstLine: string, headers: GivenHeaders): void;
  _send(data: string | Uint8Array, encoding?: BufferEncoding | null, callback?: Callback | null): boolean;
  _writeRaw(data: string | Uint8Array, encoding?: unknown, callback?: Callback | null): boolean;
  _finish(): void;
}

/** Where a response goes. */
export interface ResponseTarget {
  readonly send: Send;
  /** Asked for the server's offers when they are wanted. */
  readonly scope: HttpScope | SseScope;
  readonly owner: OutletOwner;
}

/** Makes the response to `request`, on `socket`. */
export function makeResponse(
  request: IncomingMessage,
  socket: StandInSocket,
  target: ResponseTarget,
): HostedResponse {
  const response = new ServerResponse(request) as HostedResponse;
  response[OUTLET] = new ResponseOutlet(target.send, response, target.owner);
  response[SCOPE] = target.scope;
  response._storeHeader = storeHeader;
  response._send = sendPiece;
  response._writeRaw = writeRaw;
  response._finish = finish;
  response.end = end as HostedResponse["end"];
  attach(response, socket);
  return response;
}

/**
 * Trick "no listeners": `assignSocket` listens to the end of the socket, of which the exchange knows first. Bench
 * servers tack-express, tack-koa and tack-fastify, workload hello.
 */
function attach(response: HostedResponse, socket: StandInSocket): void {
  socket._httpMessage = response;
  (response as { socket: unknown }).socket = socket;
}

/** Takes the socket off, as `detachSocket` does. */
export function detach(response: HostedResponse, socket: StandInSocket): void {
  socket._httpMessage = null;
  (response as { socket: unknown }).socket = null;
}

/** The outlet of a hosted response. */
export function outletOf(response: HostedResponse): ResponseOutlet {
  return response[OUTLET];
}

/** Decides the head. The framing is the server's, so nothing is chunked here. */
function storeHeader(this: HostedResponse, firstLine: string, given: GivenHeaders): void {
  const head = readHead(this, given);
  if (head.status === 205) this._hasBody = false;
  let text = firstLine;
  for (const [name, value] of head.headers) text += `${name}: ${value}\r\n`;
  this._header = `${text}\r\n`;
  // Node must never put the head before a piece, and must always send the end as a piece.
  this._headerSent = false;
  this.chunkedEncoding = false;
  this[OUTLET].setHead(head);
}

function sendPiece(
  this: HostedResponse,
  data: string | Uint8Array,
  encoding?: BufferEncoding | null,
  callback?: Callback | null,
): boolean {
  return this[OUTLET].push(bytesOf(data, encoding), callback ?? undefined);
}

/** Texts stay texts: the server encodes them as UTF-8. */
function bytesOf(
  data: string | Uint8Array,
  encoding: BufferEncoding | null | undefined,
): Uint8Array | string {
  if (typeof data !== "string" || data === "") return data;
  if (encoding === undefined || encoding === null || /^utf-?8$/i.test(encoding)) return data;
  return Buffer.from(data, encoding);
}

/** What node writes past `_send`: interim responses. */
function writeRaw(
  this: HostedResponse,
  data: string | Uint8Array,
  encoding?: unknown,
  callback?: Callback | null,
): boolean {
  const then = typeof encoding === "function" ? (encoding as Callback) : (callback ?? undefined);
  const [line = ""] = String(data).split("\r\n", 1);
  const status = Number(line.split(" ")[1]);
  const isContinue = status === 100;
  if (isContinue || this[SCOPE].extensions.earlyHints === undefined) {
    // The server sends 100 itself, as soon as the body is wanted.
    if (then !== undefined) process.nextTick(then);
    return true;
  }
  this[OUTLET].interim(status, readLines(String(data).slice(line.length)), then);
  return true;
}

/**
 * As the prototype has it, be it node's or a framework's.
 * Trick "known end": what is given to `end` need not wait for the end of the turn to learn whether more follows; bench
 * servers tack-express, tack-koa and tack-fastify, workload hello.
 */
function end(this: HostedResponse, chunk: unknown, encoding: unknown, callback: unknown): ServerResponse {
  const outlet = this[OUTLET];
  const inherited = (Object.getPrototypeOf(this) as { end(...given: unknown[]): ServerResponse }).end;
  outlet.isEnding = true;
  try {
    return inherited.call(this, chunk, encoding, callback);
  } finally {
    outlet.isEnding = false;
    outlet.plan();
  }
}

function finish(this: HostedResponse): void {
  this[OUTLET].end(this._trailer === "" ? [] : readLines(this._trailer));
  (ServerResponse.prototype as HostedResponse)._finish.call(this);
}
