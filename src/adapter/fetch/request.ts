/** The `Request` of one scope (WHATWG Fetch). */
import type { Receive } from "../../pagi/app.ts";
import type { Connection } from "../../pagi/connection.ts";
import type { Headers as HeaderPairs, HttpScope, SseScope } from "../../pagi/scope.ts";
import type { FromFetchOptions } from "../direct.ts";
import { lazyRequest } from "./lazy-request.ts";
import { bodyStream } from "./request-body.ts";
import { requestUrl } from "./url.ts";

type RequestScope = HttpScope | SseScope;

/** Methods that no `Request` can have; its constructor throws for them. */
const FORBIDDEN = new Set(["CONNECT", "TRACE", "TRACK"]);

/** True when `method` can be said by a `Request`. */
export function isFetchMethod(method: string): boolean {
  return !FORBIDDEN.has(method.toUpperCase());
}

/**
 * Makes the `Request` for `scope`. By default it is genuine from the start, because nothing less stands up to
 * `new Request(request)`, whose argument's private state cannot be imitated. What is costly is put off even
 * then: the abort signal is made when asked for (a signal given to the constructor costs more than all the
 * rest), and the body is received when read. `bench/micro/fetch-call.mjs` has the figures.
 */
export function requestOf(scope: RequestScope, receive: Receive, options: FromFetchOptions): Request {
  const { method, headers, connection } = scope;
  const url = (): string => requestUrl(scope, options.stripRootPath === true);
  const make = (given: Headers | HeaderPairs): Request => {
    const init: RequestInit = { method, headers: given as [string, string][] };
    if (hasBody(scope)) {
      init.body = bodyStream(receive);
      init.duplex = "half";
    }
    return new ScopeRequest(url(), init, connection) as unknown as Request;
  };
  return options.lazyRequest === true
    ? lazyRequest({ method, headers, connection, url, make })
    : make(headers);
}

/** GET and HEAD never have a body here: a `Request` refuses it. */
function hasBody({ method, headers, httpVersion }: RequestScope): boolean {
  if (method === "GET" || method === "HEAD") return false;
  for (const [name, value] of headers) {
    if (name === "content-length") return value !== "0";
    if (name === "transfer-encoding") return true;
  }
  return httpVersion === "2";
}

// The library's types call `signal` and `clone` own properties, which a class cannot override; they are not.
const GenuineRequest = Request as unknown as new (url: string, init: RequestInit) => object;

class ScopeRequest extends GenuineRequest {
  readonly #connection: Connection;

  constructor(url: string, init: RequestInit, connection: Connection) {
    super(url, init);
    this.#connection = connection;
    // Requests made from this one (`new Request(request)`, `fetch(request)`) follow the signal inside, which
    // nobody else can abort; its listeners are told all the same.
    connection.onDisconnect(() => {
      const inner = Reflect.get(Request.prototype, "signal", this) as AbortSignal;
      inner.dispatchEvent(new Event("abort"));
    });
  }

  get signal(): AbortSignal {
    return this.#connection.signal;
  }

  clone(): Request {
    const connection = this.#connection;
    const copy = Request.prototype.clone.call(this as unknown as Request);
    return Object.defineProperty(copy, "signal", { get: () => connection.signal, configurable: true });
  }
}
