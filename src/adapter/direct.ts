/**
 * The mark that lets a server call a wrapped PSGI or fetch app without the message form in between. A server
 * that ignores the mark behaves the same: the app that carries it is whole by itself.
 */
import type { App } from "../pagi/app.ts";
import type { PsgiApp } from "../psgi/app.ts";
import type { FetchHandler } from "../http/fetch-handler.ts";

/** How a PSGI app is called. */
export interface FromPsgiOptions {
  /**
   * Reads the whole request body before the app is called, up to this many bytes (a longer one is answered
   * with 413). Then `psgix.input.buffered` is true and `psgi.input` can `seek`. Not buffered when absent.
   */
  readonly bufferInput?: number;
  /** The value of `psgi.multiprocess`. @default what the server says in its lifespan scope */
  readonly multiprocess?: boolean;
  /** The value of `psgi.run_once`. @default false */
  readonly runOnce?: boolean;
}

/** How a fetch handler is called. */
export interface FromFetchOptions {
  /**
   * Leaves the prefix of a mount out of `request.url`, for handlers whose routes do not know it.
   * @default false
   */
  readonly stripRootPath?: boolean;
  /**
   * Makes the genuine `Request` only when more than method, url, headers and signal is used: saves 2 to 5
   * microseconds. On Node 24 and later such a request cannot be the first argument of `new Request` or `fetch`:
   * they throw a TypeError; `request.clone()` gives one that can.
   * @default false
   */
  readonly lazyRequest?: boolean;
}

/** What stands behind an app that an adapter made. */
export type Direct =
  | { readonly form: "psgi"; readonly app: PsgiApp; readonly options: FromPsgiOptions }
  | { readonly form: "fetch"; readonly app: FetchHandler; readonly options: FromFetchOptions };

/** Shared by name, so that two copies of the package understand each other. */
const DIRECT: unique symbol = Symbol.for("tack.direct") as never;

type MarkedApp = App & { readonly [DIRECT]?: Direct };

/** Marks `app` as a wrapping of `direct` and returns it. */
export function markDirect(app: App, direct: Direct): App {
  return Object.defineProperty(app, DIRECT, { value: direct });
}

/**
 * What `app` wraps, or `undefined` when it is a message app by itself or something stands around it.
 *
 * @example
 * const direct = directOf(app);
 * if (direct?.form === "psgi") use(direct.app);
 */
export function directOf(app: App): Direct | undefined {
  return (app as MarkedApp)[DIRECT];
}
