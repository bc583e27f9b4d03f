/** Node only. The body of a request that a server of node has received, on its way to an exchange. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpExchange } from "../../exchange/http-exchange.ts";
import type { Headers } from "../../pagi/scope.ts";

const MAX_QUEUED_BYTES = 262_144;
const EMPTY = new Uint8Array(0);

/** True when the framing says that a body follows; HTTP/2 says it with the end of its stream. */
export function hasBody(request: IncomingMessage): boolean {
  const { headers } = request;
  if (headers["transfer-encoding"] !== undefined) return true;
  const length = headers["content-length"];
  if (length !== undefined) return length !== "0";
  return (
    request.httpVersionMajor === 2 &&
    !(request as { stream?: { endAfterHeaders?: boolean } }).stream?.endAfterHeaders
  );
}

/** Begins to read when the app first asks, and goes on as it takes the pieces. */
export class NodeBody {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #exchange: HttpExchange | undefined;
  #isReading = false;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
  }

  /** Where the pieces go. */
  feed(exchange: HttpExchange): void {
    this.#exchange = exchange;
  }

  /** The app waits for a piece. */
  readonly want = (): void => {
    if (this.#isReading) return void this.#request.resume();
    this.#isReading = true;
    const request = this.#request;
    const { _expect_continue: isExpected, _sent100: isSent } = this.#response as ServerResponse & {
      readonly _expect_continue?: boolean;
      readonly _sent100?: boolean;
    };
    if (isExpected === true && isSent !== true) this.#response.writeContinue();
    request.on("data", this.#onData);
    request.on("end", () => this.#ended());
  };

  /** Nobody takes more: what still comes is thrown away by node. */
  release(): void {
    if (!this.#isReading) return;
    this.#request.off("data", this.#onData);
    this.#request.resume();
  }

  readonly #onData = (piece: Buffer): void => {
    this.#exchange!.pushBody(piece, false);
    if (this.#exchange!.queuedBytes >= MAX_QUEUED_BYTES) this.#request.pause();
  };

  /** The compat layer of HTTP/2 ends the body of a lost client as if it were whole. */
  #ended(): void {
    const request = this.#request;
    if (!request.complete || (request as { aborted?: boolean }).aborted === true) return;
    this.#exchange!.pushBody(EMPTY, true, pairsOf(request.rawTrailers));
  }
}

function pairsOf(raw: readonly string[]): Headers {
  const pairs: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) {
    pairs.push([raw[index]!.toLowerCase(), raw[index + 1]!]);
  }
  return pairs;
}
