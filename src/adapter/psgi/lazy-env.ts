/**
 * An environment that is built when somebody looks at it, for servers that call a PSGI app directly.
 * Trick "lazy env": an app that reads nothing, or only the line of the request, does not pay for twenty keys and
 * every header. To the app it is a plain object: all keys, order, changes and spreading included.
 * Measured by bench/micro/psgi-env.mjs and the bench workloads hello and browser of tack-psgi.
 */
import type { PsgiEnv } from "../../psgi/env.ts";
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

/**
 * The environment that `build` makes, later.
 *
 * @example
 * const { env } = lazyEnv(scope, () => buildEnv(scope, input, facts));
 */
export function lazyEnv(scope: EnvScope, build: () => PsgiEnv): LazyEnv {
  return new Lazy(scope, build);
}

class Lazy implements LazyEnv, ProxyHandler<PsgiEnv> {
  readonly #scope: EnvScope;
  readonly #build: () => PsgiEnv;
  readonly env: PsgiEnv;
  isBuilt = false;

  constructor(scope: EnvScope, build: () => PsgiEnv) {
    this.#scope = scope;
    this.#build = build;
    this.env = new Proxy(Object.create(PRINTED) as PsgiEnv, this);
  }

  /** Fills the target, which from then on answers everything by itself. */
  #filled(target: PsgiEnv): PsgiEnv {
    if (this.isBuilt) return target;
    this.isBuilt = true;
    return Object.assign(target, this.#build());
  }

  get(target: PsgiEnv, key: PropertyKey): unknown {
    if (this.isBuilt) return Reflect.get(target, key);
    const quick = QUICK.get(key);
    if (quick !== undefined) return quick(this.#scope);
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
