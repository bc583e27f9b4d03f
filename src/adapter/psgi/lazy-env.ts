/**
 * An environment that is built when somebody looks at it, for servers that call a PSGI app directly.
 * Trick "lazy env": an app that reads nothing, or only the line of the request, does not pay for twenty keys and
 * every header. To the app it is a plain object: all keys, order, changes and spreading included.
 * Measured by bench/micro/psgi-env.mjs and the bench workloads hello and browser of tack-psgi.
 */
import type { PsgiEnv, PsgiInput } from "../../psgi/env.ts";
import { type EnvScope, protocolOf } from "./env.ts";

/** An environment and whether it has been built. */
export interface LazyEnv {
  readonly env: PsgiEnv;
  readonly isBuilt: boolean;
}

type Quick = (scope: EnvScope) => string;

/** Keys that are there without building anything. */
const QUICK: ReadonlyMap<PropertyKey, Quick> = new Map<PropertyKey, Quick>([
  ["REQUEST_METHOD", (scope) => scope.method],
  ["SCRIPT_NAME", (scope) => scope.rootPath],
  ["PATH_INFO", (scope) => scope.path],
  ["QUERY_STRING", (scope) => scope.queryString],
  ["SERVER_PROTOCOL", (scope) => protocolOf(scope.httpVersion)],
]);

/** Node prints what is behind a proxy, so the target knows how to print itself: built, like a plain object. */
const PRINTED: object = Object.create(Object.prototype, {
  [Symbol.for("nodejs.util.inspect.custom")]: {
    value(this: PsgiEnv): object {
      return { ...this };
    },
  },
}) as object;

/** What an environment is made with, each when it is asked for. */
export interface LazyParts {
  /** Opens the request body. */
  input(): PsgiInput;
  /** Makes all of the environment around that body. */
  build(input: PsgiInput): PsgiEnv;
}

/**
 * The environment that `parts.build` makes, later.
 *
 * @example
 * const { env } = lazyEnv(scope, { input: () => input, build: (body) => buildEnv(scope, body, facts) });
 */
export function lazyEnv(scope: EnvScope, parts: LazyParts): LazyEnv {
  return new Lazy(scope, parts);
}

class Lazy implements LazyEnv, ProxyHandler<PsgiEnv> {
  readonly #scope: EnvScope;
  readonly #parts: LazyParts;
  readonly env: PsgiEnv;
  isBuilt = false;
  #opened: PsgiInput | undefined;

  constructor(scope: EnvScope, parts: LazyParts) {
    this.#scope = scope;
    this.#parts = parts;
    this.env = new Proxy(Object.create(PRINTED) as PsgiEnv, this);
  }

  get #input(): PsgiInput {
    this.#opened ??= this.#parts.input();
    return this.#opened;
  }

  /** Fills the target, which from then on answers everything by itself. */
  #filled(target: PsgiEnv): PsgiEnv {
    if (this.isBuilt) return target;
    this.isBuilt = true;
    return Object.assign(target, this.#parts.build(this.#input));
  }

  get(target: PsgiEnv, key: PropertyKey): unknown {
    if (this.isBuilt) return Reflect.get(target, key);
    const quick = QUICK.get(key);
    if (quick !== undefined) return quick(this.#scope);
    if (key === "psgi.input") return this.#input;
    return Reflect.get(this.#filled(target), key);
  }

  has(target: PsgiEnv, key: PropertyKey): boolean {
    return Reflect.has(this.#filled(target), key);
  }

  ownKeys(target: PsgiEnv): (string | symbol)[] {
    return Reflect.ownKeys(this.#filled(target));
  }

  getOwnPropertyDescriptor(target: PsgiEnv, key: PropertyKey): PropertyDescriptor | undefined {
    return Reflect.getOwnPropertyDescriptor(this.#filled(target), key);
  }

  set(target: PsgiEnv, key: PropertyKey, value: unknown): boolean {
    return Reflect.set(this.#filled(target), key, value);
  }

  deleteProperty(target: PsgiEnv, key: PropertyKey): boolean {
    return Reflect.deleteProperty(this.#filled(target), key);
  }

  defineProperty(target: PsgiEnv, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    return Reflect.defineProperty(this.#filled(target), key, descriptor);
  }
}
