/** The ways a framework's app becomes a message app. What needs node is loaded with the first call. */
import { UsageError } from "../../http/errors.ts";
import type { App } from "../../pagi/app.ts";
import { alive, type Life } from "./life.ts";

/** A request listener, whatever the framework calls its request and response. */
export type Listener = (request: never, response: never) => unknown;

/** What is used here of an `http.Server`. */
export interface SilentServer {
  readonly listening: boolean;
  close(done: () => void): unknown;
}

/** An app of a request listener, which is asked for when node is there. */
export function byListener(listener: () => Listener): App {
  return lazy(async () => (await import("../node.ts")).fromNode(listener() as never));
}

/** An app of a middleware `(request, response, next)`: what it passes on is a 404. */
export function byMiddleware(handler: unknown): App {
  return lazy(async () => (await import("../connect.ts")).fromConnect(handler as never));
}

/**
 * An app of the listeners of a server, those of `upgrade` among them. A server that listens by itself is refused, and
 * refuses the startup when it has begun to listen later.
 */
export function byServer(server: () => SilentServer, life: Life): App {
  checkSilent(server());
  const start = async (): Promise<void> => {
    checkSilent(server());
    await life.start?.();
  };
  const stop = async (): Promise<void> => {
    await life.stop?.();
    // One that never listened emits `close` all the same, which is what libraries wait for.
    await new Promise<void>((resolve) => server().close(resolve));
  };
  const app = lazy(async () => (await import("../node.ts")).fromNode(server() as never));
  return alive(app, { start, stop });
}

function checkSilent({ listening }: SilentServer): void {
  if (listening) throw new UsageError("the app listens by itself; leave out its listen(), Tack does that");
}

function lazy(load: () => Promise<App>): App {
  let loading: Promise<App> | undefined;
  let app: App | undefined;
  const loaded = async (): Promise<App> => (app = await (loading ??= load()));
  return (scope, receive, send) => {
    if (app !== undefined) return app(scope, receive, send);
    return loaded().then((first) => first(scope, receive, send));
  };
}
