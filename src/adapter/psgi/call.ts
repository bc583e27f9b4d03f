/** Calls a PSGI app and sees its response through to the end. */
import type { PsgiApp } from "../../psgi/app.ts";
import type { PsgiEnv } from "../../psgi/env.ts";
import { isPromise } from "../stream/source.ts";
import { type Exchange, answer } from "./answer.ts";
import { answerDelayed } from "./responder.ts";

/**
 * Calls `app` and sends what it returns. Settles after the cleanup handlers, so a server that waits for its
 * apps at a stop waits for them too; rejects at once when the app failed.
 */
export async function callPsgi(app: PsgiApp, env: PsgiEnv, exchange: Exchange): Promise<void> {
  try {
    const returned = app(env);
    const response = isPromise(returned) ? await returned : returned;
    await (typeof response === "function" ? answerDelayed(response, exchange) : answer(response, exchange));
  } catch (error) {
    if (hasCleanup(env)) void cleanUp(env, exchange);
    throw error;
  }
  if (hasCleanup(env)) await cleanUp(env, exchange);
}

function hasCleanup(env: PsgiEnv): boolean {
  return (env["psgix.cleanup.handlers"]?.length ?? 0) > 0;
}

/** Runs the handlers in order once the exchange has ended; an error stops no other (EXT-10). */
async function cleanUp(env: PsgiEnv, exchange: Exchange): Promise<void> {
  await exchange.connection.closed;
  for (const handler of env["psgix.cleanup.handlers"] ?? []) {
    try {
      await handler(env);
    } catch (error) {
      exchange.report("a cleanup handler failed", error);
    }
  }
}
