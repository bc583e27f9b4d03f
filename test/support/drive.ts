/** A tiny in-process driver: runs an app on one scope and keeps what it sent. */
import type { App, Receive } from "#src/pagi/app.js";
import type { Connection, DisconnectListener, DisconnectReason } from "#src/pagi/connection.js";
import type { ReceiveEvent, SendEvent } from "#src/pagi/event.js";
import type { Headers, HttpScope, LifespanScope, Scope, SseScope, WebSocketScope } from "#src/pagi/scope.js";

/** A connection that a test can cut. */
export class FakeConnection implements Connection {
  isConnected = true;
  disconnectReason: DisconnectReason | null = null;
  disconnectDetail: string | null = null;
  responseStarted = false;
  responseComplete = false;
  readonly #controller = new AbortController();
  readonly #listeners: DisconnectListener[] = [];
  readonly closed: Promise<DisconnectReason | null> = new Promise((resolve) => {
    this.#listeners.push(resolve);
  });

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  onDisconnect(listener: DisconnectListener): void {
    this.#listeners.push(listener);
  }

  onComplete(): void {}

  abort(): void {
    this.cut("app_abort");
  }

  cut(reason: DisconnectReason = "client_closed"): void {
    if (!this.isConnected) return;
    this.isConnected = false;
    this.disconnectReason = reason;
    this.#controller.abort(new Error(reason));
    for (const listener of this.#listeners) listener(reason, null);
  }
}

const common = (connection: Connection) => ({
  pagi: { version: "0.6" },
  httpVersion: "1.1" as const,
  path: "/",
  rawPath: "/",
  queryString: "",
  rootPath: "",
  headers: [["host", "example.com"]] as Headers,
  extensions: {},
  connection,
});

export const httpScope = (changes: Partial<HttpScope> = {}): HttpScope => ({
  ...common(new FakeConnection()),
  type: "http",
  method: "GET",
  scheme: "http",
  ...changes,
});

export const sseScope = (changes: Partial<SseScope> = {}): SseScope => ({
  ...common(new FakeConnection()),
  type: "sse",
  method: "GET",
  scheme: "http",
  ...changes,
});

export const webSocketScope = (changes: Partial<WebSocketScope> = {}): WebSocketScope => ({
  ...common(new FakeConnection()),
  type: "websocket",
  scheme: "ws",
  subprotocols: [],
  ...changes,
});

export const lifespanScope = (changes: Partial<LifespanScope> = {}): LifespanScope => ({
  type: "lifespan",
  pagi: { version: "0.6" },
  state: {},
  ...changes,
});

/** What happened: the events in order, the head and the body put together, and how the app ended. */
export interface Driven {
  readonly events: SendEvent[];
  readonly error: unknown;
  readonly status: number | undefined;
  readonly headers: Headers;
  readonly body: string;
  /** True when the terminal event of an http response was seen. */
  readonly isComplete: boolean;
}

export interface DriveOptions {
  readonly received?: readonly ReceiveEvent[];
  /** Looks at each event before it counts; may throw to refuse it. */
  readonly onSend?: (event: SendEvent, events: readonly SendEvent[]) => void | Promise<void>;
}

/** Runs `app` to its end. */
export async function drive(
  app: App,
  scope: Scope = httpScope(),
  options: DriveOptions = {},
): Promise<Driven> {
  const events: SendEvent[] = [];
  const waiting = [...(options.received ?? [])];
  const receive: Receive = () => {
    const event = waiting.shift();
    return event === undefined ? new Promise(() => undefined) : Promise.resolve(event);
  };
  const send = async (event: SendEvent): Promise<void> => {
    await options.onSend?.(event, events);
    events.push(event);
  };
  const error = await app(scope, receive, send).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return summary(events, error);
}

function summary(events: SendEvent[], error: unknown): Driven {
  const start = events.find((event) => event.type === "http.response.start");
  const bodies = events.filter((event) => event.type === "http.response.body");
  const last = bodies.at(-1);
  return {
    events,
    error,
    status: start?.status,
    headers: start?.headers ?? [],
    body: bodies.map((event) => text(event.body)).join(""),
    isComplete: last !== undefined && last.more !== true,
  };
}

/** The text of a body piece. */
export function text(body: Uint8Array | string | undefined): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body ?? new Uint8Array(0));
}

/** An app that sends these events and nothing else. */
export function sending(...events: SendEvent[]): App {
  return async (_scope, _receive, send) => {
    for (const event of events) await send(event);
  };
}
