/** A `Request` that is made when more than method, url, headers or signal is asked for. */
import type { Connection } from "../../pagi/connection.ts";
import type { Headers as HeaderPairs } from "../../pagi/scope.ts";

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
    this.#url ??= this.#genuine?.url ?? new URL(this.#parts.url()).href;
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

delegate();

/** Hands all other members on, those under symbols too: with them Node 20 and 22 read a request's state. */
function delegate(): void {
  const own = LazyRequest.prototype;
  const symbols = Object.getOwnPropertySymbols(new Request("http://localhost"));
  for (const key of [...Reflect.ownKeys(Request.prototype), ...symbols]) {
    if (Object.hasOwn(own, key) || key === Symbol.toStringTag) continue;
    const isMethod = typeof Object.getOwnPropertyDescriptor(Request.prototype, key)?.value === "function";
    Object.defineProperty(own, key, isMethod ? { value: methodFor(key) } : { get: getterFor(key) });
  }
  Object.setPrototypeOf(own, Request.prototype);
}

function methodFor(key: PropertyKey): (this: LazyRequest, ...given: unknown[]) => unknown {
  return function (...given) {
    const genuine = LazyRequest.genuine(this);
    return (Reflect.get(genuine, key) as (...all: unknown[]) => unknown).apply(genuine, given);
  };
}

function getterFor(key: PropertyKey): (this: LazyRequest) => unknown {
  return function () {
    return Reflect.get(LazyRequest.genuine(this), key);
  };
}

/** A lazy request as what it stands for. */
export function lazyRequest(parts: LazyParts): Request {
  return new LazyRequest(parts) as unknown as Request;
}
