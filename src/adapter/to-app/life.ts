/** The start and stop of a framework, each run once however often it is asked for. */
import type { App } from "../../pagi/app.ts";
import { liveWith } from "../node-http/framework-life.ts";

/** What a framework does before its first request and after its last. */
export interface Life {
  start?(): unknown;
  stop?(): unknown;
}

/**
 * Gives `app` the life of its framework. Lifespan startup starts it, and where nobody runs lifespan the first
 * request does; shutdown stops it. A start that fails is the failure of the startup, or of that request.
 */
export function alive(app: App, life: Life): App {
  let starting: Promise<void> | undefined;
  let isStarted = false;
  const start = async (): Promise<void> => {
    await life.start?.();
    isStarted = true;
  };
  const startup = (): Promise<void> => (starting ??= start());
  const shutdown = async (): Promise<void> => {
    starting = undefined;
    isStarted = false;
    await life.stop?.();
  };
  return (scope, receive, send) => {
    if (scope.type === "lifespan") return liveWith({ startup, shutdown }, receive, send);
    return isStarted ? app(scope, receive, send) : startup().then(() => app(scope, receive, send));
  };
}
