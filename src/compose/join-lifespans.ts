/** One lifespan for several apps (spec/PAGI.md, LIFE-*). */
import type { App, Receive, Send } from "../pagi/app.ts";
import type { LifespanScope } from "../pagi/scope.ts";
import { LifespanRun } from "./join-lifespans/lifespan-run.ts";

/** Handles the lifespan scope of whatever is made of several apps. */
export type LifespanApp = (scope: LifespanScope, receive: Receive, send: Send) => Promise<void>;

/**
 * Runs the lifespan of several apps as one, each app once however often it is listed, all on the same
 * `state`. They start one after the other, in order; apps that decline are left alone, and when all
 * decline so does the whole. One that fails fails the whole, after those already started were shut
 * down. Shutdown goes in reverse order and reaches every app that started, whatever the others do;
 * trouble of any of them is reported in one `lifespan.shutdown.failed`.
 *
 * @example
 * const lifespan = joinLifespans([first, second]);
 * const both: App = async (scope, receive, send) => {
 *   if (scope.type === "lifespan") return lifespan(scope, receive, send);
 *   return scope.path.startsWith("/first") ? first(scope, receive, send) : second(scope, receive, send);
 * };
 */
export function joinLifespans(apps: readonly App[]): LifespanApp {
  const distinct = [...new Set(apps)];
  const [only] = distinct;
  if (only !== undefined && distinct.length === 1) return only;
  return async (scope, receive, send) => {
    await receive();
    const started: LifespanRun[] = [];
    for (const app of distinct) {
      const run = new LifespanRun(app, scope);
      const answer = await run.start();
      if (answer?.type === "lifespan.startup.complete") started.push(run);
      if (answer?.type !== "lifespan.startup.failed") continue;
      await stopAll(started);
      return send(answer);
    }
    if (started.length === 0) return undefined;
    await send({ type: "lifespan.startup.complete" });
    await receive();
    const troubles = await stopAll(started);
    if (troubles.length === 0) return send({ type: "lifespan.shutdown.complete" });
    return send({ type: "lifespan.shutdown.failed", message: troubles.join("; ") });
  };
}

async function stopAll(started: readonly LifespanRun[]): Promise<string[]> {
  const troubles: string[] = [];
  for (const run of started.toReversed()) {
    const trouble = await run.stop();
    if (trouble !== undefined) troubles.push(trouble);
  }
  return troubles;
}
