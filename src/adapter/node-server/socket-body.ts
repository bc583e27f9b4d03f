/** Node only. The body of a request that asks for an upgrade: the parser of node leaves it on the socket. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { HttpExchange } from "../../exchange/http-exchange.ts";
import type { ClientWatch } from "./node-upgrade.ts";
import { BodyReader } from "../../protocol/http1/read-body.ts";

const MAX_QUEUED_BYTES = 262_144;
const LIMITS = { maxBodyBytes: Infinity, maxHeaderBytes: 16_384, maxHeaderCount: 100 };

/** What node keeps on a response to a request with `Expect`. */
type ExpectedResponse = ServerResponse & { readonly _expect_continue?: boolean };

/** Reads from the socket as the app takes the pieces; what follows the body stays there. */
export class SocketBody {
  readonly #response: ExpectedResponse;
  readonly #socket: Duplex;
  readonly #watch: ClientWatch;
  readonly #reader = new BodyReader(LIMITS);
  #exchange: HttpExchange | undefined;
  #isReading = false;
  /** Bytes that were read from the socket and belong to nobody yet. */
  rest: Uint8Array;

  /** `head`: what node had read behind the head of the request. `watch` rests while the body is being read. */
  constructor({ headers }: IncomingMessage, response: ServerResponse, head: Uint8Array, watch: ClientWatch) {
    this.#response = response;
    this.#socket = response.socket!;
    this.#watch = watch;
    this.rest = head;
    if (headers["transfer-encoding"] !== undefined) this.#reader.startChunked();
    else this.#reader.startFixed(Number(headers["content-length"] ?? 0));
  }

  /** Where the pieces go. */
  feed(exchange: HttpExchange): void {
    this.#exchange = exchange;
  }

  /** The app waits for a piece. */
  readonly want = (): void => {
    if (this.#reader.isDone) return;
    if (this.#isReading) return void this.#socket.resume();
    this.#isReading = true;
    this.#watch.stop();
    this.#socket.on("end", this.#watch.left);
    if (this.#response._expect_continue === true) this.#response.writeContinue();
    const { rest } = this;
    this.rest = new Uint8Array(0);
    this.#socket.on("data", this.#onData);
    if (rest.byteLength > 0) this.#onData(rest);
  };

  /** Nobody takes more. */
  release(): void {
    if (!this.#isReading) return;
    this.#isReading = false;
    this.#socket.off("data", this.#onData).off("end", this.#watch.left);
  }

  readonly #onData = (bytes: Uint8Array): void => {
    const exchange = this.#exchange!;
    try {
      const consumed = this.#reader.read(bytes, 0, bytes.byteLength);
      this.rest = bytes.subarray(consumed);
    } catch (error) {
      exchange.end("protocol_error", String(error));
      this.#socket.destroy();
      return;
    }
    const { isDone, trailers } = this.#reader;
    exchange.pushBody(this.#reader.takeData(), isDone, trailers);
    if (isDone) {
      this.release();
      this.#watch.start();
    } else if (exchange.queuedBytes >= MAX_QUEUED_BYTES) this.#socket.pause();
  };
}
