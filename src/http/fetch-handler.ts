/** The fetch form of an app, the one of the web platform: what a handler is and what it is told beside its `Request`. Types only. */
import type { ClientAddress, Headers as HeaderPairs, HttpScope, SseScope } from "../pagi/scope.ts";

/** What the web's `Request` cannot say; the second argument of a handler. */
export interface FetchContext {
  /** The scope of the exchange, with the path as it was before `URL` tidied it. */
  readonly scope: HttpScope | SseScope;
  /** Absent on unix sockets. */
  readonly clientAddress: ClientAddress | undefined;
  /** The prefix under which the handler is mounted; empty at the root. */
  readonly rootPath: string;
  /** Work that goes on after the response; the server waits for it at a stop. Its failure is logged. */
  waitUntil(work: Promise<unknown>): void;
  /** Sends a 1xx response, 103 for example; does nothing when the server cannot. */
  informational(status: number, headers: HeaderPairs): Promise<void>;
}

/**
 * A handler in the manner of the web: one `Request` in, one `Response` out. The context is handed over twice,
 * because handlers of the Workers kind take bindings second and the execution context third.
 */
export type FetchHandler = (
  request: Request,
  context: FetchContext,
  execution: FetchContext,
) => Response | Promise<Response>;

/** Anything with a `fetch` method: a Hono or h3 app, the default export of a Worker. */
export interface FetchObject {
  // Written as a method: frameworks type their further parameters in their own ways.
  fetch(request: Request, ...rest: never[]): Response | Promise<Response>;
}
