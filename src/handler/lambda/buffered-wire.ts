/** Collects a response until it is whole: what a Lambda function returns. */
import { Buffer } from "node:buffer";
import type { ResponseHead } from "../../exchange/wire.ts";
import { type AnswerHead, type WholeAnswer, wholeAnswer } from "./answer.ts";
import type { AnswerShape } from "./event-request.ts";
import { type LambdaWire, plainHead, type WireOwner } from "./lambda-wire.ts";

/** The largest answer that Lambda takes; in base64 a quarter less fits into it. */
const MAX_BYTES = 6_291_456;

/** Give it to one exchange. Nobody reads before the end, so nothing is paced. */
export class BufferedWire implements LambdaWire {
  readonly answer: Promise<WholeAnswer>;
  readonly bufferedAmount = 0;
  readonly highWaterMark = 65_536;
  readonly lowWaterMark = 16_384;
  readonly allowsTrailersWithLength = false;
  readonly unoffered: readonly string[] = ["http.response.informational", "http.fullflush"];
  readonly #shape: AnswerShape;
  readonly #owner: WireOwner;
  readonly #pieces: Buffer[] = [];
  #size = 0;
  #head: ResponseHead | undefined;
  #resolve: (answer: WholeAnswer) => void = () => undefined;

  constructor(shape: AnswerShape, owner: WireOwner) {
    this.#shape = shape;
    this.#owner = owner;
    this.answer = new Promise((resolve) => (this.#resolve = resolve));
  }

  start(head: ResponseHead, chunk: Uint8Array | string, end: boolean): void {
    this.#head = head;
    this.write(chunk, end);
  }

  write(chunk: Uint8Array | string, end: boolean): void {
    // A copy: the app may use its memory again when its send has settled.
    const piece = Buffer.from(chunk);
    this.#size += piece.byteLength;
    if (this.#size > MAX_BYTES) return this.#owner.tooLarge(MAX_BYTES);
    this.#pieces.push(piece);
    if (end) this.#finish();
  }

  /** An answer has none (HTTP-20). */
  trailers(): void {
    this.#finish();
  }

  #finish(): void {
    const body = Buffer.concat(this.#pieces);
    this.#resolve(wholeAnswer(this.#shape, this.#head!, body));
  }

  informational(): void {}

  flush(): void {}

  /** It was there from the beginning. */
  wantBody(): void {}

  whenDrained(listener: () => void): void {
    listener();
  }

  /** Half a response is none: nothing of it has left, so the client gets an honest 500 (HTTP-28). */
  abort(): void {
    const { head, text } = plainHead(500);
    this.replaceWith(head, text);
  }

  closeAfter(): void {}

  /** Nothing has left, so there is always time for this. */
  replaceWith(head: AnswerHead, text: string): void {
    this.#resolve(wholeAnswer(this.#shape, head, Buffer.from(text)));
  }
}
