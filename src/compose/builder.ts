/** Composes an app in the order it is read, with middleware by name (spec/PAGI.md, MID-1, PATH-*). */
import { UsageError } from "../http/errors.ts";
import type { App, Middleware } from "../pagi/app.ts";
import { loadMiddleware, type LoadMiddleware } from "./load-middleware.ts";
import { mount } from "./mount.ts";
import { type Predicate, when } from "./when.ts";
import { wrap } from "./wrap.ts";

/** What can be built into: an app, or whatever makes one, such as another builder. */
export type AppSource = App | { toApp(): App | Promise<App> };

/** What {@link builder} needs besides what is built. */
export interface BuilderOptions {
  /** Finds middleware that is given by name. @default those of `tack/middleware/` */
  readonly load?: LoadMiddleware;
}

interface Layer {
  readonly middleware: Middleware | string;
  readonly options: object | undefined;
  readonly predicate: Predicate | undefined;
}

/**
 * Starts an empty composition. Middleware is applied in the order of the calls, the first outermost,
 * around everything that is mounted, its 404 included. It is a function or a name with options, whose
 * module is loaded when the app is made. Functions alone need no builder: `wrap`, `mount` and `when`
 * do the same at once.
 *
 * @example
 * export default await builder()
 *   .use("runtime")
 *   .useIf((scope) => scope.path.startsWith("/api/"), "request-id", { isTrusted: true })
 *   .mount("/api", api)
 *   .mount("/admin", builder().use(adminsOnly).mount("/", admin))
 *   .toApp(pages);
 */
export function builder(options: BuilderOptions = {}): Builder {
  return new Builder(options.load ?? loadMiddleware);
}

/** A composition under way; made by {@link builder}. */
export class Builder {
  readonly #load: LoadMiddleware;
  readonly #layers: Layer[] = [];
  readonly #mounts: (readonly [location: string, source: AppSource])[] = [];

  constructor(load: LoadMiddleware) {
    this.#load = load;
  }

  /** Adds a middleware inside of those added before; `options` go to the factory of a named one. */
  use(middleware: Middleware | string, options?: object): this {
    return this.#add({ middleware, options, predicate: undefined });
  }

  /** Adds a middleware that acts only where `predicate` says so, as `when` does it. */
  useIf(predicate: Predicate, middleware: Middleware | string, options?: object): this {
    return this.#add({ middleware, options, predicate });
  }

  /** Adds an app under a location, as `mount` reads it; a builder is built when this one is. */
  mount(location: string, source: AppSource): this {
    this.#mounts.push([location, source]);
    return this;
  }

  /**
   * Makes the app; can be called again and then makes another. `source` serves what no location fits:
   * with mounts it is mounted at `/`, without it is the app. Rejects with a `UsageError` when there is
   * no app at all, a location is wrong or twice, or a name cannot be loaded.
   */
  async toApp(source?: AppSource): Promise<App> {
    const inner = await this.#inner(source);
    const layers = await Promise.all(this.#layers.map((layer) => this.#middleware(layer)));
    return wrap(inner, ...layers);
  }

  #add(layer: Layer): this {
    const { middleware, options } = layer;
    if (typeof middleware !== "function" && typeof middleware !== "string")
      throw new UsageError(`builder: expected a middleware or its name, got ${typeof middleware}`);
    if (typeof middleware === "function" && options !== undefined)
      throw new UsageError("builder: options are for middleware by name; give them to the factory yourself");
    this.#layers.push(layer);
    return this;
  }

  async #inner(source: AppSource | undefined): Promise<App> {
    const places = source === undefined ? this.#mounts : [...this.#mounts, ["/", source] as const];
    const [only] = places;
    if (only === undefined) throw new UsageError("builder: there is no app: mount one or give one to toApp");
    if (this.#mounts.length === 0) return resolved(only[1]);
    const apps = await Promise.all(
      places.map(async ([location, place]) => [location, await resolved(place)] as const),
    );
    return mount(apps);
  }

  async #middleware({ middleware, options, predicate }: Layer): Promise<Middleware> {
    const made =
      typeof middleware === "function" ? middleware : (await this.#load(middleware))(options as never);
    return predicate === undefined ? made : when(predicate, made);
  }
}

// A Reply is a function, so what is callable is the app, whatever else it has.
async function resolved(source: AppSource): Promise<App> {
  return typeof source === "function" ? source : source.toApp();
}
