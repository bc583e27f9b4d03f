/** Finds middleware by name, through the public door of the package. */
import { UsageError } from "../http/errors.ts";
import type { Middleware } from "../pagi/app.ts";

/** Makes a middleware; every middleware of the package is one. */
export type MiddlewareFactory = (options?: never) => Middleware;

/** Finds the factory of a middleware by its name. */
export type LoadMiddleware = (name: string) => Promise<MiddlewareFactory>;

const NAME = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/**
 * Loads the module `tack/middleware/NAME` and gives its factory back: the export named like the file,
 * `contentLength` of `content-length`. Rejects with a `UsageError` for a name that is malformed or
 * cannot be loaded. Names never come from a request.
 *
 * @example
 * const contentLength = await loadMiddleware("content-length");
 */
export async function loadMiddleware(name: string): Promise<MiddlewareFactory> {
  if (!NAME.test(name))
    throw new UsageError(`"${name}" is no name of a middleware: write it like "content-length"`);
  const loaded = await load(name);
  const exported = loaded[name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())];
  if (typeof exported !== "function")
    throw new UsageError(`tack/middleware/${name} has no factory of that name`);
  return exported as MiddlewareFactory;
}

// By the package's own name and not by a path: composing stands below the middleware and knows none of them.
async function load(name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(`tack/middleware/${name}`)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot load the middleware "${name}": ${reason}`, { cause: error });
  }
}
