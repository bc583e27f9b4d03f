/** One exchange whose end the test decides; for middleware that looks at the connection. */
import type { App } from "#src/pagi/app.js";
import type { Connection, DisconnectReason } from "#src/pagi/connection.js";
import type { SendEvent } from "#src/pagi/event.js";
import type { ExchangeScope, Headers, HttpScope } from "#src/pagi/scope.js";

export interface FakeExchange {
  readonly scope: ExchangeScope;
  readonly sent: SendEvent[];
  /** Calls the app; a start is noted like a server does. */
  call(app: App): Promise<void>;
  /** Ends the exchange and lets the listeners of its end run. */
  end(reason?: DisconnectReason | null): Promise<void>;
}

export function fakeExchange(
  changes: Partial<Omit<HttpScope, "type">> & { readonly type?: ExchangeScope["type"] } = {},
): FakeExchange {
  const sent: SendEvent[] = [];
  let over: ((reason: DisconnectReason | null) => void) | undefined;
  const closed = new Promise<DisconnectReason | null>((resolve) => (over = resolve));
  const state = { isConnected: true, responseStarted: false };
  const connection: Connection = {
    get isConnected() {
      return state.isConnected;
    },
    get responseStarted() {
      return state.responseStarted;
    },
    disconnectReason: null,
    disconnectDetail: null,
    responseComplete: false,
    signal: new AbortController().signal,
    closed,
    onDisconnect: () => {},
    onComplete: () => {},
    abort: () => {},
  };
  const scope = { ...plainScope(connection), ...changes } as ExchangeScope;
  const send = async (event: SendEvent) => {
    if (/\.(?:start|accept)$/.test(event.type)) state.responseStarted = true;
    sent.push(event);
  };
  return {
    scope,
    sent,
    call: (app) =>
      app(scope, async () => ({ type: "http.request", body: new Uint8Array(), more: false }), send),
    end: async (reason = null) => {
      state.isConnected = false;
      over?.(reason);
      await closed;
    },
  };
}

function plainScope(connection: Connection): HttpScope {
  const headers: Headers = [
    ["host", "example.org"],
    ["referer", "http://a/"],
    ["user-agent", "test"],
  ];
  return {
    type: "http",
    pagi: { version: "0.6" },
    httpVersion: "1.1",
    method: "GET",
    scheme: "http",
    path: "/a b",
    rawPath: "/a%20b",
    queryString: "q=1",
    rootPath: "",
    headers,
    client: ["192.0.2.7", 5],
    server: ["192.0.2.1", 8225],
    extensions: {},
    connection,
  };
}
