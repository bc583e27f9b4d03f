/** Asks one listener the same on `http.Server` and on ours, over real sockets. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { isTackError } from "#src/http/errors.js";
import { type ClientResponse, createLiveClient, type LiveClient } from "#src/testing/index.js";
import { HostedServer } from "./hosted-server.js";

/** One question. */
export interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** What a client sees of an answer, but for times and what belongs to the connection. */
export interface Seen {
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly isComplete: boolean;
}

/** What is seen of a connection that closes without an answer. */
const CUT: Seen = { status: 0, statusText: "", headers: [], body: "", isComplete: false };

const OWN = new Set(["date", "connection", "keep-alive", "last-modified"]);

/** The answers of node's server and of ours, in this order. A new listener is made for each. */
export async function askBoth(
  context: TestContext,
  makeListener: () => RequestListener,
  question: Question,
): Promise<readonly [Seen, Seen]> {
  const plain = await ask(context, createServer(makeListener()), question);
  return [plain, await ask(context, new HostedServer(makeListener()), question)];
}

/** A server that listens while the test runs, and its client. */
export async function listening(context: TestContext, server: Server): Promise<LiveClient> {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const client = createLiveClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  context.after(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });
  return client;
}

async function ask(context: TestContext, server: Server, question: Question): Promise<Seen> {
  const client = await listening(context, server);
  const exchange = client.open(question as Parameters<LiveClient["open"]>[0]);
  let response: ClientResponse;
  try {
    response = await exchange.response();
  } catch (error) {
    if (!isTackError(error) || error.code !== "CLOSED") throw error;
    return CUT;
  }
  const headers = response.headers
    .filter(([name]) => !OWN.has(name))
    .map(([name, value]) => `${name}: ${value}`)
    .toSorted();
  return {
    status: response.status,
    statusText: response.statusText,
    headers,
    body: Buffer.from(response.body).toString("latin1"),
    isComplete: response.complete,
  };
}
