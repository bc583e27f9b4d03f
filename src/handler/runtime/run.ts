/** Runs an app on listeners that belong to the runtime: lifespan, listening, and how it ends. */
import { type FetchApp, toFetch } from "../../adapter/fetch.ts";
import type { FactReader } from "../../adapter/fetch/platform.ts";
import { UsageError } from "../../http/errors.ts";
import type { App } from "../../pagi/app.ts";
import type { CloseOptions, ListenAddress, Running } from "../../server/handler.ts";
import { formatListen, type ListenTarget, parseListen } from "../../server/listen-url.ts";
import { LIMIT_OPTIONS } from "../../server/limit-options.ts";
import { nodeFiles } from "../../server/node-files.ts";
import { type RuntimeOptions, sessionLimits } from "./options.ts";

/** One listener of a runtime. */
export interface RuntimeListener {
  readonly address: ListenAddress;
  /** Accepts no more; what runs goes on. */
  stop(): void;
  /** Ends what is left of it. Never rejects. */
  end(): Promise<void>;
}

/** How a runtime reads its facts and opens its listeners. */
export interface Runtime {
  readonly facts: FactReader;
  /** Rejects with a message for people when it cannot listen. */
  listen(target: ListenTarget, app: FetchApp): Promise<RuntimeListener>;
}

/** Runs lifespan startup, then opens everything or nothing. */
export async function runOn(runtime: Runtime, app: App, options: RuntimeOptions): Promise<Running> {
  const targets = (options.listen ?? ["http://127.0.0.1:0"]).map((url) => parseListen(url));
  const secure = targets.find(({ tls }) => tls !== undefined);
  if (secure !== undefined) {
    throw new UsageError(`cannot listen on ${formatListen(secure)}: this runtime's handler speaks no TLS`);
  }
  const { rootPath = "", log = () => undefined, lifespanTimeoutMs } = options;
  const timeoutMs = lifespanTimeoutMs ?? LIMIT_OPTIONS.lifespanTimeoutMs.default;
  const { facts } = runtime;
  const sessions = sessionLimits(options);
  const setting = { facts, files: nodeFiles, rootPath, log, sessions };
  const fetchApp = toFetch(app, { ...setting, lifespanTimeoutMs: timeoutMs });
  const listeners: RuntimeListener[] = [];
  try {
    await fetchApp.startup();
    for (const target of targets) listeners.push(await runtime.listen(target, fetchApp));
  } catch (error) {
    for (const listener of listeners) listener.stop();
    await Promise.all(listeners.map((listener) => listener.end()));
    await fetchApp.close();
    throw error;
  }
  return new RuntimeServer(fetchApp, listeners, options.graceMs ?? LIMIT_OPTIONS.graceMs.default);
}

class RuntimeServer implements Running {
  readonly addresses: readonly ListenAddress[];
  readonly closed: Promise<void>;
  readonly #app: FetchApp;
  readonly #listeners: readonly RuntimeListener[];
  readonly #graceMs: number;
  #resolveClosed: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(app: FetchApp, listeners: readonly RuntimeListener[], graceMs: number) {
    this.#app = app;
    this.#listeners = listeners;
    this.#graceMs = graceMs;
    this.addresses = listeners.map(({ address }) => address);
    this.closed = new Promise((resolve) => (this.#resolveClosed = resolve));
  }

  get url(): string {
    return this.addresses[0]!.url;
  }

  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#stop(options.graceMs ?? this.#graceMs);
    return this.#closing;
  }

  async #stop(graceMs: number): Promise<void> {
    // The app's sessions say goodbye in their own words, before a listener does in those of its runtime.
    const closed = this.#app.close({ graceMs });
    for (const listener of this.#listeners) listener.stop();
    await closed;
    await Promise.all(this.#listeners.map((listener) => listener.end()));
    this.#resolveClosed();
  }
}
