/** Runs an app on a live server for one test, with a client and what was logged. */
import type { TestContext } from "node:test";
import type { App } from "#src/pagi/app.js";
import { serve } from "#src/server/server.js";
import { createLiveClient, type LiveClient } from "#src/testing/index.js";

/** A client of a server that lives as long as the test. */
export interface Hosted extends LiveClient {
  readonly log: readonly string[];
}

/** Serves `app` for one test. */
export async function hosted(context: TestContext, app: App): Promise<Hosted> {
  const log: string[] = [];
  const running = await serve(app, { log: ({ level, message }) => void log.push(`${level}: ${message}`) });
  const client = createLiveClient(running.url);
  context.after(async () => {
    await client.close();
    await running.close({ graceMs: 0 });
  });
  return Object.assign(client, { log });
}

/** Waits, turn by turn, until `check` holds. */
export async function until(check: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!check()) {
    if (Date.now() > deadline) throw new Error(`waited in vain: ${String(check)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Waits until `count` stands still for a while of turns. */
export async function standstill(count: () => number): Promise<number> {
  let last = -1;
  for (let calm = 0; calm < 200; calm++) {
    if (count() !== last) calm = 0;
    last = count();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return last;
}
