/** One request to an app without a socket: the server's own exchange over a wire in memory. */
import { Buffer } from "node:buffer";
import type { App, Receive, Send } from "../pagi/app.ts";
import type { DisconnectReason } from "../pagi/connection.ts";
import type { ReceiveEvent, SendEvent } from "../pagi/event.ts";
import type { Headers } from "../pagi/scope.ts";
import { EventStreamExchange } from "../exchange/event-stream-exchange.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { HttpExchange } from "../exchange/http-exchange.ts";
import { nodeFiles } from "../server/node-files.ts";
import { openScope } from "../server/open-exchange.ts";
import type { AppSetting } from "./app-setting.ts";
import {
  collect,
  type ClientExchange,
  type ClientHead,
  type ClientRequest,
  type ClientResponse,
  type Informational,
} from "./client.ts";
import { MemoryWire } from "./memory-wire.ts";
import { type ReadRequest, readRequest } from "./read-request.ts";
import { wholeBody } from "./request-text.ts";

/** One event between the app and its server, in the order they happened. */
export type LoggedEvent =
  | { readonly direction: "receive"; readonly event: ReceiveEvent }
  | { readonly direction: "send"; readonly event: SendEvent };

/** A request to an app, seen from both sides. */
export interface AppExchange extends ClientExchange {
  /** Every event the app received, and every one it sent and that was taken. */
  readonly events: readonly LoggedEvent[];
  /** Resolves when the app's call has ended: with what it threw, or `undefined`. */
  readonly settled: Promise<unknown>;
}

const EMPTY = new Uint8Array(0);

/** Starts a request; the app is called at once. Throws a `ProtocolError` for a request no server would take. */
export class MemoryExchange implements AppExchange {
  readonly events: LoggedEvent[] = [];
  readonly settled: Promise<unknown>;
  readonly #request: ClientRequest;
  readonly #read: ReadRequest;
  readonly #wire: MemoryWire;
  readonly #exchange: Exchange;
  #pieces: AsyncIterator<string | Uint8Array> | undefined;
  #left: number;
  #isPulling = false;
  #hasContinued = false;
  #error: unknown;

  constructor(app: App, request: ClientRequest, setting: AppSetting) {
    this.#request = request;
    this.#read = readRequest(request);
    this.#left = this.#read.length ?? Number.POSITIVE_INFINITY;
    const { httpVersion = "1.1", body } = request;
    const { highWaterMark, lowWaterMark, source, log } = setting;
    const onWantBody = (): void => this.#wantBody();
    this.#wire = new MemoryWire({ httpVersion, highWaterMark, lowWaterMark, onWantBody });
    const isHead = request.method === "HEAD";
    const http = new HttpExchange(this.#wire, { log, files: nodeFiles }, isHead, body !== undefined);
    const { record, head } = this.#read;
    this.#exchange = record.wantsEvents ? new EventStreamExchange(http, this.#wire, isHead) : http;
    const scope = openScope(record, head, source, this.#exchange);
    this.settled = new Promise((resolve) => {
      this.#exchange.run(this.#watched(app), scope, () => resolve(this.#error));
    });
  }

  get informational(): readonly Informational[] {
    return this.#wire.informationals;
  }

  get complete(): boolean {
    return this.#wire.isRead;
  }

  get trailers(): Headers {
    return this.#wire.trailerFields;
  }

  head(): Promise<ClientHead> {
    return this.#wire.readHead();
  }

  read(): Promise<Uint8Array | undefined> {
    return this.#wire.readPiece();
  }

  response(): Promise<ClientResponse> {
    return collect(this);
  }

  disconnect(reason: DisconnectReason = "client_closed"): void {
    this.#exchange.end(reason, "the test client left");
    this.#wire.cut();
  }

  /** The app with its events noted. */
  #watched(app: App): App {
    return async (scope, receive, send) => {
      const notedReceive: Receive = async (options) => {
        const event = await receive(options);
        this.events.push({ direction: "receive", event });
        return event;
      };
      const notedSend: Send = (event) => {
        const entry: LoggedEvent = { direction: "send", event };
        this.events.push(entry);
        const sending = send(event);
        sending.catch(() => this.events.splice(this.events.indexOf(entry), 1));
        return sending;
      };
      try {
        await app(scope, notedReceive, notedSend);
      } catch (error) {
        this.#error = error;
        throw error;
      }
    };
  }

  #wantBody(): void {
    if (this.#read.waitsForContinue && !this.#hasContinued) {
      this.#hasContinued = true;
      this.#wire.informationals.push({ status: 100, headers: [] });
    }
    if (!this.#isPulling) void this.#pull().catch(() => this.disconnect());
  }

  /** One piece each time the app asks, so a scripted body is paced by the app. */
  async #pull(): Promise<void> {
    const whole = wholeBody(this.#request.body);
    if (whole !== undefined) return this.#push(whole);
    this.#isPulling = true;
    this.#pieces ??= (this.#request.body as AsyncIterable<string | Uint8Array>)[Symbol.asyncIterator]();
    const next = await this.#pieces.next();
    this.#isPulling = false;
    if (next.done !== true) this.#push(Buffer.from(next.value));
    else if (this.#read.length === undefined) this.#exchange.pushBody(EMPTY, true, this.#trailerFields());
  }

  #push(piece: Uint8Array): void {
    this.#left -= piece.length;
    this.#exchange.pushBody(piece, this.#left <= 0);
    // An empty piece is no event; the app still waits.
    if (piece.length === 0 && this.#left > 0) this.#wantBody();
  }

  #trailerFields(): Headers {
    return (this.#request.trailers ?? []).map(([name, value]) => [name.toLowerCase(), value] as const);
  }
}
