/** The socketless test client: drives an app through the server's own exchange, without a server. */
import { lint } from "../middleware/lint.ts";
import type { App } from "../pagi/app.ts";
import type { LogLevel } from "../pagi/extension.ts";
import type { State } from "../pagi/scope.ts";
import { Lifespan } from "../exchange/lifespan.ts";
import { PAGI_INFO } from "../exchange/pagi-info.ts";
import { type AppExchange, MemoryExchange } from "./app-exchange.ts";
import { type AppClientOptions, appSetting } from "./app-setting.ts";
import type { Client, ClientRequest } from "./client.ts";

const LIFESPAN_MS = 5000;

/** One line that the server, or the app through its logger, would have logged. */
export interface LoggedLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** A client of an app. */
export interface AppClient extends Client {
  open(request?: ClientRequest): AppExchange;
  /** Runs lifespan startup. Resolves also when the app declines; rejects when it fails. */
  startup(): Promise<void>;
  /** Runs lifespan shutdown when the app took part in startup. */
  shutdown(): Promise<void>;
  /** What startup filled; each request gets a copy. Absent before `startup`. */
  readonly state: State | undefined;
  /** What was logged so far. */
  readonly logged: readonly LoggedLine[];
}

/**
 * Makes a client that calls `app` directly. Requests are read and answers are checked by the code the server
 * uses, and lint stands around the app, so a broken rule rejects here. No Date is added and nothing is chunked.
 *
 * @example
 * const client = createClient(app);
 * const response = await client.request({ method: "POST", path: "/items", body: "{}" });
 * assert.equal(response.status, 201);
 */
export function createClient(app: App, options: AppClientOptions = {}): AppClient {
  const logged: LoggedLine[] = [];
  const log = (line: LoggedLine): void => void logged.push(line);
  const open = new Set<MemoryExchange>();
  const checked = options.lint === false ? app : lint()(app);
  let lifespan: Lifespan | undefined;
  const client: AppClient = {
    logged,
    get state() {
      return lifespan?.state;
    },
    open(request = {}) {
      const setting = appSetting(options, log, lifespan?.state);
      const exchange = new MemoryExchange(checked, request, setting);
      open.add(exchange);
      void exchange.settled.then(() => open.delete(exchange));
      return exchange;
    },
    request: (request) => client.open(request).response(),
    async startup() {
      lifespan = new Lifespan(checked, { log, timeoutMs: LIFESPAN_MS, info: PAGI_INFO });
      await lifespan.startup();
    },
    async shutdown() {
      await lifespan?.shutdown();
      lifespan = undefined;
    },
    async close() {
      for (const exchange of open) exchange.disconnect();
      await client.shutdown();
    },
  };
  return client;
}
