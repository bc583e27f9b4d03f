/** A `Request` that is made when more than method, url, headers or signal is asked for. */
import type { Connection } from "../../pagi/connection.ts";
import type { Headers as HeaderPairs } from "../../pagi/scope.ts";
import { completeStandIn } from "../../http/stand-in.ts";
import { tidyUrl } from "./url.ts";

/** What a lazy request answers by itself, and how the genuine one is made. */
export interface LazyParts {
  readonly method: string;
  readonly headers: HeaderPairs;
  readonly connection: Connection;
  url(): string;
  /** Makes the genuine request with these headers. */
  make(headers: Headers | HeaderPairs): Request;
}

/**
 * Has every member of `Request` and is an instance of it. One thing it cannot do on Node 24 and later: be the
 * first argument of `new Request` or `fetch`, which read private state and throw a TypeError. (As the second
 * argument it serves, and `clone()` gives a genuine one.)
 */
class LazyRequest {
  readonly #parts: LazyParts;
  #url: string | undefined;
  #headers: Headers | undefined;
  #genuine: Request | undefined;

  constructor(parts: LazyParts) {
    this.#parts = parts;
  }

  /** The request behind `lazy`. */
  static genuine(lazy: LazyRequest): Request {
    lazy.#genuine ??= lazy.#parts.make(lazy.#headers ?? lazy.#parts.headers);
    return lazy.#genuine;
  }

  get url(): string {
    this.#url ??= this.#genuine?.url ?? tidyUrl(this.#parts.url());
    return this.#url;
  }

  get method(): string {
    return this.#parts.method;
  }

  get headers(): Headers {
    if (this.#genuine !== undefined) return this.#genuine.headers;
    this.#headers ??= new Headers(this.#parts.headers as [string, string][]);
    return this.#headers;
  }

  get signal(): AbortSignal {
    return this.#parts.connection.signal;
  }
}

completeStandIn(LazyRequest, {
  genuineClass: Request,
  sample: new Request("http://localhost"),
  genuineOf: (lazy) => LazyRequest.genuine(lazy),
});

/** A lazy request as what it stands for. */
export function lazyRequest(parts: LazyParts): Request {
  return new LazyRequest(parts) as unknown as Request;
}
