/** Servers that the rows of the tables are run on, each on a real socket. */
import { fromFetch, toFetch } from "#src/adapter/fetch.js";
import { node } from "#src/handler/node.js";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import type { Running } from "#src/server/handler.js";
import { createLiveClient, type LiveClient } from "#src/testing/index.js";

/** A server that runs the app of a row. */
export interface Place {
  readonly carrier: Carrier;
  readonly running: Running;
  readonly client: LiveClient;
  readonly log: readonly string[];
}

/** The ways from a socket to an app. */
export type Carrier = keyof typeof carriers;

type Log = (entry: { readonly message: string }) => void;

const listen = ["http://127.0.0.1:0"];

/** By name: each serves an app. */
export const carriers = {
  "the standalone server": (app: App, log: Log) => standalone({ listen, log }).run(app),
  "toNode on node:http": (app: App, log: Log) => node({ listen, log, drainWindowMs: 5 }).run(app),
  "fromFetch behind toFetch": (app: App, log: Log) =>
    standalone({ listen, log }).run(fromFetch(toFetch(app, { log }))),
};

/** Runs `use` against a server with the app, and ends the server however that ends. */
export async function onServer(
  carrier: Carrier,
  app: App,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const log: string[] = [];
  const running = await carriers[carrier](app, ({ message }) => log.push(message));
  const client = createLiveClient(running.url);
  try {
    await use({ carrier, running, client, log });
  } finally {
    await client.close();
    await running.close({ graceMs: 0 });
  }
}
