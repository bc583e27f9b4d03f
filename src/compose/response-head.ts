/** The head of a response while a middleware may still edit it. */
import { UsageError } from "../http/errors.ts";
import {
  addHeaderMember,
  appendHeader,
  getHeader,
  getHeaders,
  hasHeader,
  removeHeader,
  setHeader,
} from "../http/headers.ts";
import { isBodyless } from "../http/status.ts";
import type { HttpFileBody, HttpResponseStart, SseStart, WebSocketAccept } from "../pagi/event.ts";
import type { Headers } from "../pagi/scope.ts";

/** The events that have a head. */
export type HeadEvent = HttpResponseStart | SseStart | WebSocketAccept;

const NONE: Headers = [];

/** What is known of the body behind a head. */
export interface BodyOutlook {
  /** Measures the body when all of it is at hand. */
  readonly measure?: () => number | undefined;
  readonly file?: HttpFileBody | undefined;
}

/**
 * Status and headers, small and mutable. Names are given in any case.
 *
 * @example
 * filterResponse(app, (head) => {
 *   if (head.status === 200) head.set("cache-control", "no-cache");
 * });
 */
export class ResponseHead {
  /** All fields in order; assign to replace them, lower-case names only. */
  headers: Headers;
  /** The event this head belongs to: a response, an event stream or an accepted WebSocket. */
  readonly type: HeadEvent["type"];
  /** True when the app promised trailers; the body cannot have a `content-length` then. */
  readonly trailers: boolean;
  /** The file the server will send as the body, if it is one: no bytes of it have been read. */
  readonly file: HttpFileBody | undefined;
  readonly #event: HeadEvent;
  readonly #measure: (() => number | undefined) | undefined;
  #status: number;

  constructor(event: HeadEvent, outlook: BodyOutlook = {}) {
    this.#event = event;
    this.#measure = outlook.measure;
    this.#status = event.type === "websocket.accept" ? 101 : (event.status ?? 200);
    this.type = event.type;
    this.headers = event.headers ?? NONE;
    this.trailers = event.type === "http.response.start" && event.trailers === true;
    this.file = outlook.file;
  }

  /** Assigning throws a `UsageError` on an accepted WebSocket, where the server decides it. */
  get status(): number {
    return this.#status;
  }

  set status(status: number) {
    if (this.type === "websocket.accept")
      throw new UsageError("the status of an accepted WebSocket cannot be changed: guard it instead");
    this.#status = status;
  }

  /**
   * The body's length in bytes, when all of it is at hand and a `content-length` may say so. `undefined`
   * for streams and files, when trailers are promised, when the status has no body, and for HEAD when
   * the app left the body out.
   */
  get length(): number | undefined {
    return this.trailers || isBodyless(this.#status) ? undefined : this.#measure?.();
  }

  /** The first value of a field, or `undefined`. */
  get(name: string): string | undefined {
    return getHeader(this.headers, name);
  }

  /** Every value of a field, in order. */
  getAll(name: string): string[] {
    return getHeaders(this.headers, name);
  }

  has(name: string): boolean {
    return hasHeader(this.headers, name);
  }

  /** Makes this the only value of the field. */
  set(name: string, value: string): void {
    this.headers = setHeader(this.headers, name, value);
  }

  /** Adds a field and keeps those of the same name, as `set-cookie` needs it. */
  append(name: string, value: string): void {
    this.headers = appendHeader(this.headers, name, value);
  }

  /** Adds a member to a list field such as `vary`, once (RFC 9110 §12.5.5). */
  addMember(name: string, member: string): void {
    this.headers = addHeaderMember(this.headers, name, member);
  }

  remove(name: string): void {
    this.headers = removeHeader(this.headers, name);
  }

  /** The event to send in place of the given one; the same object when nothing was edited. */
  toEvent(): HeadEvent {
    const event = this.#event;
    const headers = this.headers;
    const sameHeaders = headers === (event.headers ?? NONE);
    if (event.type === "websocket.accept") return sameHeaders ? event : { ...event, headers };
    const sameStatus = this.#status === (event.status ?? 200);
    if (sameStatus) return sameHeaders ? event : { ...event, headers };
    return { ...withoutReason(event), status: this.#status, headers };
  }
}

// A reason phrase belongs to the status it was given for.
function withoutReason<Event extends HeadEvent>(event: Event): Event {
  const copy: Event & { statusText?: string } = { ...event };
  delete copy.statusText;
  return copy;
}
