/** The ways a response body can take through a filter. */
import type { HttpFileBody, HttpInlineBody, HttpResponseBody, SendEvent } from "../../pagi/event.ts";
import { EMPTY } from "./bytes.ts";
import type { OpenFile } from "./file-chunks.ts";

/** What a path needs of the exchange. */
export interface Outgoing {
  readonly isConnected: boolean;
  readonly openFile: OpenFile | undefined;
  send(event: SendEvent): Promise<void>;
  /** Sends the withheld start. */
  open(head: SendEvent): Promise<void>;
  /** Throws an error after which nothing more of this response may leave. */
  fail(error: unknown): never;
}

/** One way; it owns when the withheld start leaves. */
export interface BodyPath {
  body(event: HttpResponseBody): Promise<void>;
  /** Any other event of the response after the start. */
  other(event: SendEvent): Promise<void>;
  /** The app is over and the end of the body was not seen: lets out what is withheld, completes nothing. */
  abandon(): Promise<void>;
  /** Nothing has left, and nothing of this will. */
  discard(): void;
}

/** Sends the head and every event after it as they are. */
export class PassPath implements BodyPath {
  readonly #out: Outgoing;
  #head: SendEvent | undefined;

  constructor(out: Outgoing, head: SendEvent) {
    this.#out = out;
    this.#head = head;
  }

  body(event: SendEvent): Promise<void> {
    if (this.#head === undefined) return this.#out.send(event);
    return this.abandon().then(() => this.#out.send(event));
  }

  other(event: SendEvent): Promise<void> {
    return this.body(event);
  }

  async abandon(): Promise<void> {
    const head = this.#head;
    this.#head = undefined;
    if (head !== undefined) return this.#out.open(head);
  }

  discard(): void {
    this.#head = undefined;
  }
}

/** Sends the head, and an empty piece for every piece: the pace and the end stay those of the app. */
export class DropPath extends PassPath {
  override body(event: HttpResponseBody): Promise<void> {
    return super.body(withBody(event, EMPTY));
  }
}

/** The event with this body in place of its own; every other key is kept (MID-*). */
export function withBody(event: HttpResponseBody, body: Uint8Array | string): HttpInlineBody {
  if (!isFile(event)) return { ...event, body };
  const { file: _file, handle: _handle, offset: _offset, length: _length, more: _more, ...others } = event;
  return { ...others, body };
}

/** True for a body that the server takes from a file. */
export function isFile(event: HttpResponseBody): event is HttpFileBody {
  return event.file !== undefined || event.handle !== undefined;
}

/** True when nothing follows in this body. */
export function isLast(event: HttpResponseBody): boolean {
  return event.more !== true || isFile(event);
}
