/** Composes an app in the order it is read, with middleware by name (spec/PAGI.md, MID-1, PATH-*). */
import { UsageError } from "../http/errors.ts";
import type { AppLike } from "../http/app-like.ts";
import type { App, Middleware } from "../pagi/app.ts";
import { loadMiddleware, type LoadMiddleware } from "./load-middleware.ts";
import { mount } from "./mount.ts";
import { type Predicate, when } from "./when.ts";
import { wrap } from "./wrap.ts";

/** What makes an app when it is asked, such as another builder. */
export interface AppMaker {
  toApp(): App | Promise<App>;
}

/** What can be built into: an app, what makes one, or what a framework gives and `asApp` takes. */
export type AppSource = AppLike | AppMaker;

type AsApp = (value: AppLike, place: string) => App;

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

  /**
   * Adds an app under a location, as `mount` reads it. A builder is built when this one is; what a framework gives is
   * wrapped then.
   */
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
    const asApp = await loadAsApp();
    if (this.#mounts.length === 0) return resolved(asApp, only);
    const apps = await Promise.all(
      places.map(async (place) => [place[0], await resolved(asApp, place)] as const),
    );
    return mount(apps);
  }

  async #middleware({ middleware, options, predicate }: Layer): Promise<Middleware> {
    const made =
      typeof middleware === "function" ? middleware : (await this.#load(middleware))(options as never);
    return predicate === undefined ? made : when(predicate, made);
  }
}

// Only what has no `toApp` of its own is looked at: a builder is an object too.
async function resolved(asApp: AsApp, [location, source]: readonly [string, AppSource]): Promise<App> {
  const isMaker = typeof source === "object" && "toApp" in source;
  return isMaker ? source.toApp() : asApp(source, `builder: "${location}"`);
}

// By the package's own name, as middleware is: composing knows no adapter.
async function loadAsApp(): Promise<AsApp> {
  const name = "tack/adapter/to-app";
  return ((await import(name)) as { readonly asApp: AsApp }).asApp;
}
