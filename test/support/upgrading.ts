/** Live servers and WebSocket clients for tests of connections that are taken over. */
import { once } from "node:events";
import type { TestContext } from "node:test";
import { type ClientOptions, type RawData, WebSocket } from "ws";
import type { App } from "#src/pagi/app.js";
import type { CloseOptions } from "#src/server/handler.js";
import { serve, type ServeOptions } from "#src/server/server.js";
import type { ServerContext } from "#src/server/server-context.js";

/** A server of our own engine that lives as long as a test. */
export interface Upgrading {
  readonly url: string;
  /** The same as a WebSocket URL. */
  readonly ws: string;
  readonly port: number;
  readonly log: readonly string[];
  /** Open connections. */
  readonly connections: number;
  /** Calls of the app that have not settled. */
  readonly running: number;
  close(options?: CloseOptions): Promise<void>;
}

/** Serves `app` for one test. */
export async function upgrading(
  context: TestContext,
  app: App,
  options: ServeOptions = {},
): Promise<Upgrading> {
  const log: string[] = [];
  const server = await serve(app, {
    drainWindowMs: 5,
    ...options,
    log: ({ level, message }) => void log.push(`${level}: ${message}`),
  });
  context.after(() => server.close({ graceMs: 0 }));
  const counts = server as unknown as ServerContext;
  const { url } = server;
  return {
    url,
    ws: url.replace("http:", "ws:"),
    port: Number(new URL(url).port),
    log,
    get connections() {
      return counts.connections.size;
    },
    get running() {
      return counts.requestsInFlight;
    },
    close: (closing) => server.close(closing),
  };
}

/** How a session ended. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** A WebSocket client whose messages wait until they are asked for. */
export interface WsClient {
  readonly socket: WebSocket;
  /** The next message: a text, or the bytes of a binary one. */
  next(): Promise<string | Buffer>;
  readonly closed: Promise<Closed>;
}

/** Opens a WebSocket for one test. */
export async function opened(
  context: TestContext,
  url: string,
  options: ClientOptions & { readonly protocols?: string[] } = {},
): Promise<WsClient> {
  const { protocols = [], ...rest } = options;
  const socket = new WebSocket(url, protocols, rest);
  context.after(() => socket.terminate());
  const client = clientOf(socket);
  await once(socket, "open");
  return client;
}

/** The same for a socket that was made in another way. */
export function clientOf(socket: WebSocket): WsClient {
  const messages: (string | Buffer)[] = [];
  const waiting: ((message: string | Buffer) => void)[] = [];
  socket.on("message", (data: RawData, isBinary) => {
    const message = isBinary ? (data as Buffer) : (data as Buffer).toString();
    const taker = waiting.shift();
    if (taker === undefined) messages.push(message);
    else taker(message);
  });
  const closed = new Promise<Closed>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  socket.once("open", () => socket.on("error", () => undefined));
  const next = (): Promise<string | Buffer> => {
    const message = messages.shift();
    return message === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(message);
  };
  return { socket, next, closed };
}

/** The status and text with which a handshake is refused; rejects when the connection ends without an answer. */
export async function refused(url: string): Promise<{ status: number | undefined; text: string }> {
  const [, response] = await once(new WebSocket(url), "unexpected-response");
  let text = "";
  for await (const piece of response) text += String(piece);
  return { status: response.statusCode, text };
}
