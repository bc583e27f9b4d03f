/** Node only. One request of a hosted app from its call to the end of its response. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { ClosedError } from "../../http/errors.ts";
import type { Receive, Send } from "../../pagi/app.ts";
import type { DisconnectReason } from "../../pagi/connection.ts";
import type { HttpScope, SseScope } from "../../pagi/scope.ts";
import { reportTo } from "../stream/report.ts";
import { type FeedOwner, type HostedRequest, makeRequest, releaseRequest } from "./make-request.ts";
import { detach, type HostedResponse, makeResponse, outletOf } from "./make-response.ts";
import type { OutletOwner } from "./response-outlet.ts";
import { type SocketOwner, StandInSocket } from "./stand-in-socket.ts";

/** A request listener, as `http.createServer` takes it. What it returns is awaited only for its errors. */
export type NodeListener = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Calls `listener`. Resolves when the response has ended or the client is lost; rejects when the listener throws,
 * rejects, or makes a response that the hub refuses.
 */
export function callNode(
  listener: NodeListener,
  scope: HttpScope | SseScope,
  receive: Receive,
  send: Send,
): Promise<void> {
  return new HostedExchange(scope, receive, send).run(listener);
}

class HostedExchange implements FeedOwner, OutletOwner, SocketOwner {
  readonly #scope: HttpScope | SseScope;
  readonly #socket: StandInSocket;
  readonly #request: HostedRequest;
  readonly #response: HostedResponse;
  readonly #settled: Promise<void>;
  #resolve: (() => void) | undefined;
  #reject: ((error: unknown) => void) | undefined;
  #state: "open" | "complete" | "lost" | "failed" = "open";

  constructor(scope: HttpScope | SseScope, receive: Receive, send: Send) {
    this.#scope = scope;
    this.#settled = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#socket = new StandInSocket(scope, this);
    this.#request = makeRequest(scope, this.#socket, receive, this);
    this.#response = makeResponse(this.#request, this.#socket, { send, scope, owner: this });
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  run(listener: NodeListener): Promise<void> {
    this.#scope.connection.onDisconnect((reason, detail) => this.lost(faultOf(reason, detail)));
    try {
      const returned = listener(this.#request, this.#response) as PromiseLike<unknown> | undefined;
      if (typeof returned?.then === "function") {
        returned.then(undefined, (error: unknown) => this.failed(error));
      }
    } catch (error) {
      this.failed(error);
    }
    return this.#settled;
  }

  received(bytes: number): void {
    this.#socket.bytesRead += bytes;
    this.#socket.moved();
  }

  moved(bytes: number): void {
    this.#socket.bytesWritten += bytes;
    this.#socket.moved();
  }

  /** As node: the socket is taken off, an unread body is let go, then the response closes. */
  completed(): void {
    if (this.#state !== "open") return;
    this.#state = "complete";
    outletOf(this.#response).close();
    const response = this.#response;
    detach(response, this.#socket);
    releaseRequest(this.#request);
    if (response.listenerCount("close") > 0) process.nextTick(closeResponse, response);
    else closeResponse(response);
    this.#socket.release();
    this.#resolve!();
  }

  /** With a fault the socket has an `error`, as node's has when it was not the client that went away. */
  lost(fault?: Error): void {
    if (this.#state !== "open") return;
    this.#state = "lost";
    this.#close(clientGone(), fault);
    this.#resolve!();
  }

  failed(error: unknown): void {
    if (this.#state !== "open") return this.#failedLate(error);
    this.#state = "failed";
    // First, so that the server knows before the app's listeners hear of the end.
    this.#reject!(error);
    this.#close(error instanceof Error ? error : new ClosedError(String(error)));
  }

  /** What was written in turns before has left on node, so it gets a turn to leave here; nothing more is taken. */
  socketDestroyed(error: Error | null): void {
    if (this.#state !== "open") return;
    const cut = (): void => {
      if (this.#state !== "open") return;
      this.#scope.connection.abort(error?.message ?? "the app destroyed its response");
      this.lost();
    };
    if (outletOf(this.#response).seal()) setImmediate(cut);
    else cut();
  }

  interim(text: string): void {
    const [line = ""] = text.split("\r\n", 1);
    this.#response._writeRaw(text.slice(0, text.indexOf("\r\n\r\n", line.length) + 4));
  }

  timedOut(socket: StandInSocket): boolean {
    const isHeardByRequest = !this.#request.complete && this.#request.emit("timeout", socket);
    return this.#response.emit("timeout", socket) || isHeardByRequest;
  }

  #close(error: Error, fault?: Error): void {
    outletOf(this.#response).close();
    this.#socket.destroy(fault);
    process.nextTick(closeResponse, this.#response);
    this.#request.destroy(error);
  }

  /** The client is lost or has its answer; nobody but the log wants to know. */
  #failedLate(error: unknown): void {
    if (this.#state === "lost") return;
    reportTo(this.#scope.extensions.logger)("the app failed after its response", error);
  }
}

function closeResponse(response: HostedResponse): void {
  if (response._closed) return;
  response.destroyed = true;
  response._closed = true;
  response.emit("close");
}

/** What is wrong with a connection that was lost otherwise than by its client. */
function faultOf(reason: DisconnectReason, detail: string | null): Error | undefined {
  if (reason === "client_closed") return undefined;
  return Object.assign(new Error(detail ?? reason), { code: `ERR_${reason.toUpperCase()}` });
}

/** The error that node gives to a request whose client is lost. */
function clientGone(): Error {
  return Object.assign(new Error("aborted"), { code: "ECONNRESET" });
}
