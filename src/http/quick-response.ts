/** A `Response` that stays what was put into it until somebody asks for more. */
import type { Headers as HeaderPairs } from "../pagi/scope.ts";
import { completeStandIn } from "./stand-in.ts";

type BodyInit = NonNullable<ConstructorParameters<typeof Response>[0]>;
type HeadersInit = NonNullable<ResponseInit["headers"]>;
type QuickBody = string | Uint8Array | ArrayBuffer | null | undefined;

/** What a response is made of, as long as nobody has looked into it. */
export interface QuickParts {
  readonly status: number;
  readonly headers: HeaderPairs;
  readonly body: Uint8Array | string;
}

/** The platform's class, also when an application puts ours in its place. */
const Genuine = Response;
const BLANKS = /^[\t\n\r ]|[\t\n\r ]$/;
const TEXT: HeaderPairs = [["content-type", "text/plain;charset=UTF-8"]];

/** What {@link QuickResponse} is. */
class LazyResponse {
  readonly #body: QuickBody;
  readonly #init: ResponseInit | undefined;
  readonly #status: number;
  #genuine: Response | undefined;

  /** As `Response`'s: throws a `RangeError` or `TypeError` for a status that is none, or none with a body. */
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    this.#body = body as QuickBody;
    this.#init = init;
    this.#status = init?.status ?? 200;
    if (!isQuick(body, init)) this.#genuine = new Genuine(body, init);
  }

  /** A JSON text with its content type, as `Response.json`. */
  static json(data: unknown, init?: ResponseInit): Response {
    const headers = new Headers(init?.headers);
    if (!headers.has("content-type")) headers.set("content-type", "application/json");
    return new LazyResponse(JSON.stringify(data), { ...init, headers }) as unknown as Response;
  }

  /** What `response` is made of; `undefined` when it is of another kind or somebody has looked into it. */
  static parts(response: object): QuickParts | undefined {
    if (!(#genuine in response) || response.#genuine !== undefined) return undefined;
    const body = response.#body;
    const headers = pairsOf(response.#init?.headers, typeof body === "string");
    const status = response.#status;
    if (body === null || body === undefined) return { status, headers, body: "" };
    return { status, headers, body: body instanceof ArrayBuffer ? new Uint8Array(body) : body };
  }

  /** The response behind `lazy`. */
  static genuine(lazy: LazyResponse): Response {
    lazy.#genuine ??= new Genuine(lazy.#body as BodyInit, lazy.#init);
    return lazy.#genuine;
  }

  get status(): number {
    return this.#status;
  }

  get ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }
}

/** What is told by status, headers and a body at hand; the rest, and all that is wrong, is `Response`'s own. */
function isQuick(body: unknown, init: ResponseInit | undefined): boolean {
  const hasNone = body === null || body === undefined;
  if (!hasNone && typeof body !== "string" && !(body instanceof Uint8Array) && !(body instanceof ArrayBuffer))
    return false;
  if (init === undefined) return true;
  const { status = 200, statusText } = init;
  if (statusText !== undefined && statusText !== "") return false;
  if (!Number.isInteger(status) || status < 200 || status > 599) return false;
  return hasNone || (status !== 204 && status !== 205 && status !== 304);
}

/** Header pairs with lower-case names; a text without a content type gets the one that `Response` gives it. */
function pairsOf(init: HeadersInit | undefined, isText: boolean): HeaderPairs {
  if (init === undefined) return isText ? TEXT : [];
  const given = (Symbol.iterator in init ? init : Object.entries(init)) as Iterable<
    readonly [string, unknown]
  >;
  const pairs: [string, string][] = [];
  let isTyped = !isText;
  for (const [name, value] of given) {
    const lower = name.toLowerCase();
    if (lower === "content-type") isTyped = true;
    const text = String(value);
    pairs.push([lower, BLANKS.test(text) ? text.replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, "") : text]);
  }
  return isTyped ? pairs : [...pairs, ...TEXT];
}

completeStandIn(LazyResponse, {
  genuineClass: Genuine,
  sample: new Genuine(),
  genuineOf: (lazy) => LazyResponse.genuine(lazy),
});
Object.setPrototypeOf(LazyResponse, Genuine);

/** What `response` is made of; `undefined` for any but an untouched {@link QuickResponse}. */
export function quickParts(response: unknown): QuickParts | undefined {
  return typeof response === "object" && response !== null ? LazyResponse.parts(response) : undefined;
}

/**
 * Answers as a `Response` does and saves what that costs: a text or bytes go out without becoming a stream first
 * (bench server `tack-fetch-quick`). It is an instance of `Response` with all of its members. Three things are
 * different: bytes are sent as they are then, not as they were when given; a header that HTTP forbids fails the
 * request, not the constructor; and no `new Response` or cache of the platform may take it as its own kind: those
 * take `response.clone()`.
 *
 * @example
 * const app = fromFetch(() => new QuickResponse("Hello\n", { headers: { "content-type": "text/plain" } }));
 */
export const QuickResponse: typeof Response = LazyResponse as unknown as typeof Response;
