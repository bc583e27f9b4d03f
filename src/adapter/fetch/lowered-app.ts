/** A message app that is called with requests: its lifespan, and the calls that are running. */
import type { FileOpener } from "../../exchange/file-opener.ts";
import { Lifespan } from "../../exchange/lifespan.ts";
import { PAGI_INFO } from "../../exchange/pagi-info.ts";
import { quietLog } from "../../exchange/quiet-log.ts";
import type { SessionLimits } from "../../exchange/frame-codec.ts";
import { ProtocolError } from "../../http/errors.ts";
import type { App } from "../../pagi/app.ts";
import type { Extensions, Logger } from "../../pagi/extension.ts";
import type { State } from "../../pagi/scope.ts";
import { LoweredExchange, type LoweredHost } from "./lowered-exchange.ts";
import { handshakeRefusal, SESSION_LIMITS } from "./lowered-session.ts";
import { type FactReader, type FetchFacts, type ToFetchOptions, factsOf } from "./platform.ts";

/** How a stop is done. */
export interface FetchCloseOptions {
  /** Milliseconds that running calls get before they are cut. @default 30_000 */
  readonly graceMs?: number;
}

/** One per handler. */
export class LoweredApp implements LoweredHost {
  readonly app: App;
  readonly log: Logger;
  readonly files: FileOpener | undefined;
  readonly rootPath: string;
  readonly extensions: Extensions;
  readonly sessions: SessionLimits;
  readonly #readFacts: FactReader;
  readonly #lifespan: Lifespan;
  readonly #running = new Set<LoweredExchange>();
  #starting: Promise<void> | undefined;
  #isStarted = false;
  #closing: Promise<void> | undefined;
  #allSettled: (() => void) | undefined;

  constructor(app: App, options: ToFetchOptions) {
    this.app = app;
    this.log = quietLog(options.log);
    this.files = options.files;
    this.rootPath = options.rootPath ?? "";
    this.extensions = { logger: this.log };
    this.sessions = { ...SESSION_LIMITS, ...options.sessions };
    this.#readFacts = options.facts ?? factsOf;
    const timeoutMs = options.lifespanTimeoutMs ?? 60_000;
    this.#lifespan = new Lifespan(app, { log: this.log, timeoutMs, info: PAGI_INFO });
  }

  get state(): State {
    return this.#lifespan.state;
  }

  /** Runs lifespan startup once. Rejects with a `LifespanError` when the app refuses to start. */
  startup(): Promise<void> {
    this.#starting ??= this.#lifespan.startup().then(() => void (this.#isStarted = true));
    return this.#starting;
  }

  async fetch(request: Request, platform: readonly unknown[]): Promise<Response> {
    if (this.#closing !== undefined) return unavailable();
    if (!this.#isStarted) {
      try {
        await this.startup();
      } catch (error) {
        this.log({ level: "error", message: (error as Error).message });
        return new Response("Internal Server Error\n", { status: 500 });
      }
    }
    return this.#call(request, platform);
  }

  #call(request: Request, platform: readonly unknown[]): Promise<Response> {
    const facts = this.#readFacts(request, ...platform);
    let exchange: LoweredExchange;
    try {
      exchange = new LoweredExchange(request, this, facts);
    } catch (error) {
      if (error instanceof ProtocolError) return Promise.resolve(handshakeRefusal(error));
      throw error;
    }
    return this.#start(exchange, facts);
  }

  #start(exchange: LoweredExchange, facts: FetchFacts): Promise<Response> {
    this.#running.add(exchange);
    const call = exchange.run().then(() => {
      this.#running.delete(exchange);
      if (this.#running.size === 0) this.#allSettled?.();
    });
    facts.waitUntil?.(call);
    return exchange.response;
  }

  close(options: FetchCloseOptions = {}): Promise<void> {
    this.#closing ??= this.#stop(options.graceMs ?? 30_000);
    return this.#closing;
  }

  async #stop(graceMs: number): Promise<void> {
    for (const exchange of this.#running) exchange.stop();
    if (this.#starting === undefined) return;
    // A startup that failed was told to whoever waited for it; then there is nothing to shut down.
    await this.#starting.catch(() => undefined);
    if (!this.#isStarted) return;
    await this.#settled(graceMs);
    for (const exchange of this.#running) exchange.shutdown();
    await this.#lifespan.shutdown();
  }

  /** Resolves when no call runs any more, or the time is over. */
  #settled(graceMs: number): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, graceMs);
      this.#allSettled = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function unavailable(): Response {
  return new Response("Service Unavailable\n", { status: 503, headers: { "retry-after": "5" } });
}
