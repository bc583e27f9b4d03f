/** What the server tests share: a server with tight limits, raw connections, small apps. */
import { connect } from "node:net";
import { after } from "node:test";
import type { DisconnectReason } from "tack/pagi/connection";
import type { App } from "tack";
import type { Running } from "#src/server/handler.js";
import { serve, type ServeOptions } from "#src/server/server.js";
import { LiveConnection } from "tack/testing";

/** A server that ends with its test file. */
export async function started(app: App, options: ServeOptions = {}): Promise<Running> {
  const running = await serve(app, { drainWindowMs: 0, graceMs: 200, lingerMs: 100, ...options });
  after(() => running.close({ graceMs: 0 }));
  return running;
}

/** A raw connection that ends with its test file. */
export async function connected(running: Running): Promise<LiveConnection> {
  const connection = await LiveConnection.open(running.url);
  after(() => connection.destroy());
  return connection;
}

/** Answers http scopes by `answer`, declines the rest. */
export function httpApp(answer: App): App {
  return async (scope, receive, send) => {
    if (scope.type !== "http") throw new Error(`unsupported scope type: ${scope.type}`);
    await answer(scope, receive, send);
  };
}

/** Answers every request with `ok`. */
export const okApp: App = httpApp(async (_scope, _receive, send) => {
  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: "ok" });
});

/** An app that waits until it is let go, and tells how each of its exchanges ended. */
export function heldApp(): {
  app: App;
  release: () => void;
  entered: Promise<void>;
  ends: (DisconnectReason | null)[];
} {
  let release = (): void => undefined;
  let enter = (): void => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const entered = new Promise<void>((resolve) => (enter = resolve));
  const ends: (DisconnectReason | null)[] = [];
  const app = httpApp(async (scope, receive, send) => {
    if (scope.type !== "http") return;
    void scope.connection.closed.then((reason) => ends.push(reason));
    enter();
    await Promise.race([released, scope.connection.closed]);
    await okApp(scope, receive, send);
  });
  return { app, release, entered, ends };
}

/** Everything that still comes until the server ends its side. */
export async function restOf(connection: LiveConnection): Promise<string> {
  return (await connection.source.rest()).toString("latin1");
}

export const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/** Sends `bytes` again and again until the server has cut the connection off. */
export async function pestered(running: Running, first: string, bytes: string): Promise<void> {
  const client = connect({ port: Number(new URL(running.url).port), host: "127.0.0.1", allowHalfOpen: true });
  client.on("error", () => undefined).resume();
  client.write(first);
  const trickle = setInterval(() => client.write(bytes), 10);
  await new Promise((resolve) => client.once("close", resolve));
  clearInterval(trickle);
}
