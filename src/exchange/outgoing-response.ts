/**
 * The response of one exchange: which event may follow which, and what of it reaches the wire.
 *
 * idle -start-> held -first piece-> streaming -last piece-> (trailers ->) complete; closed from anywhere.
 */
import { ContractError } from "../http/errors.ts";
import type {
  HttpFileBody,
  HttpInlineBody,
  HttpResponseBody,
  HttpResponseStart,
  SendEvent,
} from "../pagi/event.ts";
import type { Headers } from "../pagi/scope.ts";
import { byteLength } from "./bytes.ts";
import { type FieldFacts, NO_FIELDS } from "./field-facts.ts";
import { checkFileBody } from "./file-body.ts";
import { type FileOwner, sendFile } from "./file-sender.ts";
import { nextTurn } from "./next-turn.ts";
import { checkInformational, checkInlineBody, checkStart, checkTrailers } from "./response-checks.ts";
import type { ResponseHead, ResponseWire } from "./wire.ts";

type Phase = "idle" | "held" | "streaming" | "trailers" | "complete" | "closed";

const DONE: Promise<void> = Promise.resolve();
const NO_HEADERS: Headers = [];
/** So many sends may settle at once before one settles in a later turn: a client that keeps up starves no other. */
const SENDS_A_TURN = 16;

/** Who is told about the turns of a response. */
export interface ResponseOwner extends FileOwner {
  /** The terminal event was written. */
  completed(): void;
  /** Sends have to wait from now on, or may go on. */
  paced(isWaiting: boolean): void;
}

/** Takes the events of an app one after the other; every rule it checks leaves the state as it was (APP-11). */
export class OutgoingResponse implements ResponseHead {
  readonly #wire: ResponseWire;
  readonly #owner: ResponseOwner;
  readonly #isHead: boolean;
  #phase: Phase = "idle";
  #sentBytes = 0;
  #sends = 0;
  #release: (() => void) | undefined;
  #isBusy = false;
  status = 0;
  headers: Headers = NO_HEADERS;
  fields: FieldFacts = NO_FIELDS;
  statusText: string | undefined = undefined;
  length: number | undefined = undefined;
  hasTrailers = false;
  isBodyless = false;

  constructor(wire: ResponseWire, owner: ResponseOwner, isHead: boolean) {
    this.#wire = wire;
    this.#owner = owner;
    this.#isHead = isHead;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** True while a file is being sent: the app may already have settled. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  /** Takes one event. Throws a `ContractError` for one that breaks a rule. */
  take(event: SendEvent): Promise<void> {
    if (this.#isBusy || this.#release !== undefined) {
      throw new ContractError("APP-7", "the previous send has not settled; await it first");
    }
    switch (event?.type) {
      case "http.response.start":
        return this.#start(event);
      case "http.response.body":
        return this.#body(event);
      case "http.response.trailers":
        this.#expect("trailers", "HTTP-17", event.type);
        return this.finishWith(checkTrailers(event), event.headers ?? NO_HEADERS);
      case "http.response.informational":
        this.#mustOffer(event.type);
        this.#expect("idle", "EXT-HINT-1", event.type);
        this.#wire.informational(event.status, checkInformational(event), event.headers ?? NO_HEADERS);
        return this.pace();
      case "http.fullflush":
        this.#mustOffer(event.type);
        return this.#fullFlush();
      default:
        throw new ContractError("APP-13", `an http scope knows no event of type ${String(event?.type)}`);
    }
  }

  /** Nothing more leaves, not even of a file under way. */
  close(): void {
    this.#phase = "closed";
  }

  /**
   * Starts anew while nothing has left; the function it gives writes the whole body. Both throw a
   * `ContractError` for headers that break a rule or do not fit the text.
   */
  replace(status: number, headers: Headers): (text: string) => void {
    this.#phase = "idle";
    void this.#start({ type: "http.response.start", status, headers });
    const hasBody = status !== 204 && status !== 205 && status !== 304;
    return (text) => {
      const size = hasBody ? byteLength(text) : 0;
      this.#checkLength(size, false);
      this.emit(hasBody ? text : "", size, false);
    };
  }

  #mustOffer(type: string): void {
    if (this.#wire.unoffered?.includes(type) !== true) return;
    throw new ContractError("EXT-2", `${type} is not offered here; look into scope.extensions first`);
  }

  #expect(phase: Phase, rule: string, what: string): void {
    if (this.#phase === "complete") throw new ContractError("HTTP-21", "the response is already complete");
    if (this.#phase !== phase)
      throw new ContractError(rule, `${what} is not allowed in phase ${this.#phase}`);
  }

  #start(event: HttpResponseStart): Promise<void> {
    this.#expect("idle", "HTTP-7", "http.response.start");
    this.fields = checkStart(event, this.#wire.allowsTrailersWithLength);
    this.status = event.status;
    this.headers = event.headers ?? NO_HEADERS;
    this.statusText = event.statusText;
    this.hasTrailers = event.trailers === true;
    this.isBodyless = this.#isHead || event.status === 204 || event.status === 304;
    this.#phase = "held";
    return DONE;
  }

  #body(event: HttpResponseBody): Promise<void> {
    if (this.#phase !== "streaming") this.#expect("held", "HTTP-7", "http.response.body");
    if (event.file !== undefined || event.handle !== undefined) return this.#file(event as HttpFileBody);
    const size = checkInlineBody(event as HttpInlineBody, this.status);
    const more = event.more === true;
    this.#checkLength(size, more);
    this.emit(event.body ?? "", size, more);
    return this.pace();
  }

  /** HTTP-22: the pieces add up to the declared length; HEAD and 304 speak of another response's body. */
  #checkLength(size: number, more: boolean): void {
    const declared = this.fields.contentLength;
    if (declared === undefined || this.isBodyless) return;
    const total = this.#sentBytes + size;
    if (total > declared || (!more && total < declared)) {
      throw new ContractError("HTTP-22", `content-length is ${declared}, the body has ${total} bytes`);
    }
  }

  /** Writes a checked piece, together with the head when that was held back. */
  emit(piece: Uint8Array | string, size: number, more: boolean): void {
    const end = !more && !this.hasTrailers;
    const bytes = this.isBodyless ? "" : piece;
    const wasHeld = this.#phase === "held";
    this.#sentBytes += size;
    this.#phase = more ? "streaming" : this.hasTrailers ? "trailers" : "complete";
    if (wasHeld) {
      this.length ??= this.fields.contentLength ?? (end ? this.#wholeLength(size) : undefined);
      this.#wire.start(this, bytes, end);
    } else {
      this.#wire.write(bytes, end);
    }
    if (end) this.#owner.completed();
  }

  /** HTTP-30, HTTP-31: a HEAD answered without a body says nothing of the length; a 204 or 304 never does. */
  #wholeLength(size: number): number | undefined {
    if (!this.isBodyless) return size;
    return this.#isHead && size > 0 ? size : undefined;
  }

  #file(event: HttpFileBody): Promise<void> {
    checkFileBody(event, this.#owner.files);
    this.#expect("held", "HTTP-13", "a file after inline pieces");
    if (this.status === 204 || this.status === 205 || this.status === 304) {
      throw new ContractError("HTTP-23", `a ${this.status} response has no body`);
    }
    if (this.isBodyless) {
      this.emit("", 0, false);
      return DONE;
    }
    this.#isBusy = true;
    return sendFile(this, this.#owner, event).finally(() => (this.#isBusy = false));
  }

  /** Writes trailers and completes; where they cannot be carried they are dropped (HTTP-20). */
  finishWith(fields: FieldFacts, headers: Headers): Promise<void> {
    this.#phase = "complete";
    if (this.isBodyless) this.#wire.write("", true);
    else this.#wire.trailers(fields, headers);
    this.#owner.completed();
    return this.pace();
  }

  #fullFlush(): Promise<void> {
    if (this.#phase === "held") this.emit("", 0, true);
    if (this.#phase === "idle" || this.#phase === "complete") {
      throw new ContractError("EXT-FLUSH-1", "http.fullflush comes between a start and its terminal event");
    }
    this.#wire.flush();
    return this.pace();
  }

  /** TRANS-1: pending from the high mark until the low one. */
  pace(): Promise<void> {
    if (this.#wire.bufferedAmount < this.#wire.highWaterMark) {
      if (this.#phase === "complete" || ++this.#sends % SENDS_A_TURN !== 0) return DONE;
      return nextTurn();
    }
    this.#owner.paced(true);
    const released = new Promise<void>((resolve) => (this.#release = resolve));
    this.#wire.whenDrained(() => this.release());
    return released;
  }

  /** Lets go a send that waits: the client has taken enough, or nothing is left to wait for (APP-15). */
  release(): void {
    const release = this.#release;
    if (release === undefined) return;
    this.#release = undefined;
    this.#owner.paced(false);
    release();
  }
}
