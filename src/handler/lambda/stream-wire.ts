/** Sends a response as it comes: what a streaming Lambda function writes. */
import type { Writable } from "node:stream";
import type { ResponseHead } from "../../exchange/wire.ts";
import { ClosedError } from "../../http/errors.ts";
import { type AnswerHead, answerHead, type LambdaHead } from "./answer.ts";
import type { AnswerShape } from "./event-request.ts";
import type { LambdaWire, WireOwner } from "./lambda-wire.ts";

/** `awslambda.HttpResponseStream`: puts a head in front of what is written. */
export interface HttpResponseStream {
  from(stream: Writable, head: LambdaHead): Writable;
}

/** Where a streamed response goes and how. */
export interface StreamTarget {
  readonly stream: Writable;
  readonly httpStream: HttpResponseStream;
  readonly shape: AnswerShape;
}

/** Give it to one exchange. */
export class StreamWire implements LambdaWire {
  readonly answer: Promise<void>;
  readonly allowsTrailersWithLength = false;
  readonly unoffered: readonly string[] = ["http.response.informational", "http.fullflush"];
  readonly #target: StreamTarget;
  #stream: Writable;
  #hasHead = false;
  #resolve: () => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor(target: StreamTarget, owner: WireOwner) {
    this.#target = target;
    this.#stream = target.stream;
    this.answer = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.answer.catch(() => undefined);
    const lost = (detail: string): void => {
      owner.lost(detail);
      this.#resolve();
    };
    this.#stream.on("finish", () => this.#resolve());
    this.#stream.on("error", (error) => lost(`the response stream failed: ${error}`));
    this.#stream.on("close", () => lost("the response stream was closed"));
  }

  get bufferedAmount(): number {
    return this.#stream.writableLength;
  }

  get highWaterMark(): number {
    return this.#stream.writableHighWaterMark;
  }

  /** A stream of node tells of a drain when everything has left. */
  get lowWaterMark(): number {
    return 1;
  }

  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void {
    this.#begin(head);
    this.write(chunk, end);
  }

  /** The head leaves with the first write, so there must be one, also of nothing. */
  #begin(head: AnswerHead): void {
    this.#hasHead = true;
    const { httpStream, shape } = this.#target;
    this.#stream = httpStream.from(this.#stream, answerHead(shape, head));
    this.#stream.write("");
  }

  write(chunk: Uint8Array | string, end: boolean): void {
    // A copy: the app may use its memory again when its send has settled, and the stream may still hold it.
    if (chunk.length > 0) this.#stream.write(typeof chunk === "string" ? chunk : Uint8Array.from(chunk));
    if (end) this.#stream.end();
  }

  /** There is no place for them (HTTP-20). */
  trailers(): void {
    this.#stream.end();
  }

  informational(): void {}

  flush(): void {}

  /** It was there from the beginning. */
  wantBody(): void {}

  whenDrained(listener: () => void): void {
    const stream = this.#stream;
    if (stream.destroyed || !stream.writableNeedDrain) return queueMicrotask(listener);
    const told = (): void => {
      stream.off("drain", told);
      stream.off("close", told);
      listener();
    };
    stream.on("drain", told);
    stream.on("close", told);
  }

  /** An invocation that fails is how the platform learns that the stream is incomplete. */
  abort(): void {
    this.#reject(new ClosedError("the response was cut short"));
  }

  closeAfter(): void {}

  replaceWith(head: AnswerHead, text: string): void {
    if (this.#hasHead) return this.abort();
    this.#begin(head);
    this.write(text, true);
  }
}
