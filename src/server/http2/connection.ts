/** One HTTP/2 connection: a session of node:http2 on a socket, and the requests that are open on it. */
import http2, { type IncomingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { ConnectionSource } from "../connection-source.ts";
import type { ServerConnection, ServerContext } from "../server-context.ts";
import { H2 } from "./codes.ts";
import { nativeSession } from "./native-session.ts";
import { Pulse } from "./pulse.ts";
import { Rate } from "./rate.ts";
import { Http2Request, type RequestHost } from "./request.ts";
import { sessionOptions } from "./session-options.ts";

/** The flag of a HEADERS frame that is the whole request. */
const END_STREAM = 0x1;
/** Room for bodies on the whole connection; node gives it back as fast as bytes come, each stream has its own bound. */
const CONNECTION_WINDOW = 1_048_576;

/** Made for a socket on which the client speaks HTTP/2; lives until that closes. */
export class Http2Connection implements RequestHost, ServerConnection {
  readonly context: ServerContext;
  readonly source: ConnectionSource;
  readonly settled = (): void => void this.context.requestsInFlight--;
  readonly #socket: Socket;
  readonly #session: ServerHttp2Session;
  readonly #requests = new Set<Http2Request>();
  readonly #resets: Rate;
  readonly #controls: Rate;
  readonly #pulse: Pulse;
  #count = 0;
  /** When the last request ended, or the connection began to close. */
  #quietSince: number;

  /**
   * `socket` belongs to the connection from here on; what was read from it already was put back (`unshift`). It may be
   * a `tls.TLSSocket` on which `h2` was agreed.
   */
  constructor(socket: Socket, context: ServerContext, unixPath?: string) {
    const { limits, clock } = context;
    this.context = context;
    this.source = new ConnectionSource(socket, context, unixPath);
    this.#socket = socket;
    this.#quietSince = clock.now;
    this.#resets = new Rate(limits.maxResetsPerSecond, clock.now);
    this.#controls = new Rate(limits.maxControlFramesPerSecond, clock.now);
    this.#pulse = new Pulse(socket.bytesRead, clock.now);
    this.#session = http2.performServerHandshake(socket, sessionOptions(limits));
    this.#listen();
  }

  #listen(): void {
    const session = this.#session;
    session.on("stream", (stream, _headers: IncomingHttpHeaders, flags, list: string[] = []) =>
      this.#onStream(stream, flags, list),
    );
    session.on("connect", () => this.#connected());
    session.on("ping", () => this.#onControl());
    session.on("remoteSettings", () => this.#onControl());
    session.on("error", (error) => this.#log(`HTTP/2 connection failed: ${error.message}`));
    session.on("close", () => this.#closed());
    this.#socket.on("end", () => session.destroy());
    // A session that is gone leaves the socket alone with its errors.
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", () => this.#closed());
  }

  #connected(): void {
    if (this.#session.destroyed) return;
    this.#session.setLocalWindowSize(CONNECTION_WINDOW);
    const native = nativeSession(this.#session);
    // Held by the socket itself: the connection may be forgotten before it.
    this.#socket.once("close", () => void native);
  }

  get sentBytes(): number {
    return this.#socket.bytesWritten;
  }

  sweep(now: number): void {
    const { keepAliveTimeoutMs, lingerMs } = this.context.limits;
    for (const request of this.#requests) request.sweep(now);
    if (this.#requests.size > 0) return this.#feelPulse(now);
    const quiet = now - this.#quietSince;
    const isClosing = this.#session.closed || this.#session.destroyed;
    if (isClosing && quiet > lingerMs) this.#socket.destroy();
    else if (!isClosing && quiet > keepAliveTimeoutMs) this.#finish();
  }

  #feelPulse(now: number): void {
    const next = this.#pulse.look(this.#socket.bytesRead, now, this.context.limits);
    if (next === "ask" && !this.#session.destroyed) this.#session.ping(() => undefined);
    if (next !== "gone") return;
    for (const request of this.#requests) request.lose("client_timeout", "the client does not answer a PING");
    this.#socket.destroy();
  }

  /** Tells the client at once: what it sends from then on it sends elsewhere, and knows what was not looked at. */
  stop(): void {
    for (const request of this.#requests) request.stop();
    this.#finish();
  }

  closeIfIdle(): void {
    this.#finish();
  }

  shutdown(): void {
    for (const request of this.#requests) request.abandon("server_shutdown", "the server stopped");
    // The resets are made in the next turn, and leave in the one after it.
    setImmediate(() => setImmediate(() => this.#destroy()));
  }

  #destroy(): void {
    this.#session.destroy();
    this.#socket.destroy();
  }

  closed(request: Http2Request, wasReset: boolean): void {
    this.#requests.delete(request);
    this.#quietSince = this.context.clock.now;
    if (wasReset) this.#noteReset();
  }

  #onStream(stream: ServerHttp2Stream, flags: number, list: readonly string[]): void {
    // Opened and reset in one read; who listens for no error ends the process.
    if (stream.destroyed || stream.closed) {
      stream.on("error", () => undefined);
      return this.#noteReset();
    }
    const request = new Http2Request(stream, (flags & END_STREAM) === 0, this);
    this.#requests.add(request);
    request.begin(list);
    if (++this.#count >= this.context.limits.maxRequestsPerConnection) this.#finish();
  }

  /** Each costs an answer; who sends no end of them wants nothing else (RFC 9113 §10.5). */
  #onControl(): void {
    if (!this.#controls.take(this.context.clock.now)) this.#calm("too many PING or SETTINGS frames");
  }

  /** A client that opens streams to reset them makes the server work for nothing. */
  #noteReset(): void {
    if (!this.#resets.take(this.context.clock.now)) this.#calm("too many streams were reset");
  }

  #calm(why: string): void {
    if (this.#session.destroyed) return;
    this.#log(`HTTP/2 connection ended: ${why}`);
    for (const request of this.#requests) request.lose("protocol_error", why);
    this.#session.destroy(new Error(why), H2.enhanceYourCalm);
  }

  /** No further request: GOAWAY, and a close once the open ones are answered. */
  #finish(): void {
    if (this.#session.closed || this.#session.destroyed) return;
    this.#quietSince = this.context.clock.now;
    this.#session.close();
  }

  #closed(): void {
    for (const request of this.#requests) request.lose("client_closed", "the connection was closed");
    this.#requests.clear();
    this.context.connections.delete(this);
  }

  #log(message: string): void {
    this.context.log({ level: "debug", message });
  }
}
