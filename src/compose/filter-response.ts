/** Edits a response on its way out: the helper on which middleware stand (spec/PAGI.md, MID-*). */
import type { App, Send } from "../pagi/app.ts";
import type { HttpResponseBody, HttpResponseStart, SendEvent } from "../pagi/event.ts";
import type { ExchangeScope } from "../pagi/scope.ts";
import type { BodyFilter } from "./body-filter.ts";
import { type BodyPath, isFile, isLast, type Outgoing } from "./filter-response/body-path.ts";
import { byteLength } from "./filter-response/bytes.ts";
import { choosePath } from "./filter-response/choose-path.ts";
import type { OpenFile } from "./filter-response/file-chunks.ts";
import { type BodyOutlook, ResponseHead } from "./response-head.ts";

/** Edits a head, and may say what is to be done to the body behind it. */
export type EditResponse = (
  head: ResponseHead,
  scope: ExchangeScope,
) => BodyFilter | undefined | void | Promise<BodyFilter | undefined | void>;

/** What {@link filterResponse} needs besides the app. */
export interface FilterResponseOptions {
  /**
   * Opens a file body given by its path for a filter that must see the bytes; without it such a
   * filter is not applied. `open` of `node:fs/promises` fits.
   */
  readonly openFile?: OpenFile;
}

/**
 * Edits the http responses of an app, refusals of event streams and WebSockets included. `edit` runs
 * once per response, when the first piece of the body is there and before anything has left, so the
 * head can tell what follows: `head.length`, `head.file`, `head.trailers`. It may return a filter:
 * a function from piece to piece, a {@link ChunkFilter}, a {@link WholeFilter} under a limit, or {@link noBody}.
 *
 * The bookkeeping is done here. A mapped body loses its `content-length` or gets the right one; `more`
 * and keys nobody knows are kept; one event goes out for each that comes in, and every send is awaited.
 * For HEAD and for statuses without a body (also when `edit` sets one, such as 304) no filter runs and
 * no body is sent. A response that never ends is passed on unfinished.
 *
 * Edits and filter go together: where the filter cannot be applied, the response passes as the app sent
 * it. That is so for a `WholeFilter` over its limit, unfinished, or on HEAD, and for a file given by its
 * path without `openFile`. What `edit` or a filter throws, the app's `send` throws, and sends after it.
 *
 * While the start waits for that first piece `connection.responseStarted` stays false, and a new start
 * takes its place: an error page inside can still be sent.
 * Event streams and WebSockets pass untouched; to put headers on their heads too, use `editHead`.
 *
 * @example
 * const shout: Middleware = (app) =>
 *   filterResponse(app, (head) => {
 *     if (head.get("content-type") !== "text/plain") return undefined;
 *     head.set("x-shouted", "yes");
 *     return (chunk) => new TextDecoder().decode(chunk).toUpperCase();
 *   });
 */
export function filterResponse(app: App, edit: EditResponse, options: FilterResponseOptions = {}): App {
  return async (scope, receive, send) => {
    if (scope.type === "lifespan") return app(scope, receive, send);
    const exchange = new FilteredExchange({ edit, scope, send, openFile: options.openFile });
    try {
      await app(scope, receive, exchange.accept);
    } catch (error) {
      await exchange.abandon().catch(() => undefined); // what the app threw says more
      throw error;
    }
    return exchange.abandon();
  };
}

interface Parts {
  readonly edit: EditResponse;
  readonly scope: ExchangeScope;
  readonly send: Send;
  readonly openFile: OpenFile | undefined;
}

/** One exchange: no start yet, a start withheld, or a path chosen for the body; or broken by a filter. */
class FilteredExchange implements Outgoing {
  readonly #parts: Parts;
  #start: HttpResponseStart | undefined;
  #path: BodyPath | undefined;
  #hasLeft = false;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get openFile(): OpenFile | undefined {
    return this.#parts.openFile;
  }

  get isConnected(): boolean {
    return this.#parts.scope.connection.isConnected;
  }

  /** What the app gets as its `send`. */
  readonly accept: Send = async (event) => {
    if (!isFiltered(event)) return this.#parts.send(event);
    if (this.#failure !== undefined) throw this.#failure.error;
    if (event.type === "http.response.start" && !this.#hasLeft) return this.#begin(event);
    const isBody = event.type === "http.response.body";
    const path = this.#path ?? (await this.#choose(isBody ? event : undefined));
    if (path === undefined) return this.#parts.send(event);
    if (!isBody) return path.other(event);
    await path.body(event);
    if (isLast(event)) this.#isOver = true;
    return undefined;
  };

  send(event: SendEvent): Promise<void> {
    return this.#parts.send(event);
  }

  open(head: SendEvent): Promise<void> {
    this.#hasLeft = true;
    return this.#parts.send(head).catch((error: unknown) => {
      // A refused start has changed nothing: the app may send another, and that is edited again.
      this.#start = this.#path = undefined;
      this.#hasLeft = false;
      throw error;
    });
  }

  fail(error: unknown): never {
    this.#failure = { error };
    throw error;
  }

  /** The app is over: lets out what is withheld and completes nothing (MID-*). */
  async abandon(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (!this.#isOver) await (await this.#choose())?.abandon();
  }

  // A second start takes the place of one that is still withheld: nothing has left, and what catches errors
  // was told so by `connection.responseStarted`. Later ones are the server's to refuse (HTTP-7).
  #begin(start: HttpResponseStart): void {
    this.#path?.discard();
    this.#path = undefined;
    this.#start = start;
  }

  async #choose(first?: HttpResponseBody): Promise<BodyPath | undefined> {
    if (this.#path !== undefined || this.#start === undefined) return this.#path;
    const { edit, scope } = this.#parts;
    const isHead = "method" in scope && scope.method === "HEAD";
    const head = new ResponseHead(this.#start, outlook(first, isHead));
    try {
      const made = edit(head, scope);
      const filter = (made instanceof Promise ? await made : made) ?? undefined;
      this.#path = choosePath({ out: this, start: this.#start, head, filter, isHead });
    } catch (error) {
      this.fail(error);
    }
    return this.#path;
  }
}

function isFiltered(event: SendEvent): boolean {
  switch (event.type) {
    case "http.response.start":
    case "http.response.body":
    case "http.response.trailers":
    case "http.fullflush":
      return true;
    default:
      return false;
  }
}

function outlook(first: HttpResponseBody | undefined, isHead: boolean): BodyOutlook {
  if (first === undefined) return {};
  if (isFile(first)) return { file: first };
  if (!isLast(first)) return {};
  // An app that leaves the body out for HEAD does not say how long it would have been (RFC 9110 §8.6).
  return { measure: () => byteLength(first.body) || (isHead ? undefined : 0) };
}
