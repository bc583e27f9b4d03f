/** Lets an app of this process answer what a server elsewhere asks, call by call, over connections to here. */
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { callListener } from "#src/exchange/call-listener.js";
import { ExchangeConnection, type ExchangeFacts } from "#src/exchange/exchange-connection.js";
import type { App, ReceiveOptions } from "#src/pagi/app.js";
import type { Transport } from "#src/pagi/connection.js";
import type { ReceiveEvent, SendEvent } from "#src/pagi/event.js";
import type { LogLevel } from "#src/pagi/extension.js";
import type { Scope } from "#src/pagi/scope.js";
import { decodeLine, encodeLine } from "./relay-codec.js";

type Facts = Omit<ExchangeFacts, "abort" | "log"> & { readonly bufferedAmount?: number };

interface Failure {
  readonly message: string;
  readonly isOurs: boolean;
}

interface Message {
  readonly type: "call" | "done" | "failed" | "ended" | "highWater" | "drain";
  readonly facts?: Facts;
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: Failure;
  /** The error is the reason that the call was given up for. */
  readonly isReason?: boolean;
  readonly scope?: Record<string, unknown>;
}

/** Who waits for an answer, and the signal that gives it up. */
interface Waiting {
  readonly signal: AbortSignal | undefined;
  resolve(value: never): void;
  reject(error: unknown): void;
}

const LARGE_BYTES = 65_536;

const BRAND = Symbol.for("tack.error");

/** Runs `app` for each connection that tells of a call. */
export class Relay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** What lifespan has put into its state: only names travel, the values stay here. */
  readonly #values: unknown[] = [];

  private constructor(app: App) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => undefined).on("close", () => this.#sockets.delete(socket));
      new RelayedCall(socket, app, this.#values).listen();
    });
  }

  static async open(app: App): Promise<Relay> {
    const relay = new Relay(app);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  /** Where the worker reaches it. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** One call: the scope and the functions that an app is given, with the other process behind them. */
class RelayedCall {
  readonly #socket: Socket;
  readonly #app: App;
  readonly #values: unknown[];
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = { highWater: [] as (() => void)[], drain: [] as (() => void)[] };
  readonly #large: Uint8Array[] = [];
  #facts: Facts | undefined;
  #connection: ExchangeConnection | undefined;
  #ids = 0;

  constructor(socket: Socket, app: App, values: unknown[]) {
    this.#socket = socket;
    this.#app = app;
    this.#values = values;
  }

  listen(): void {
    const lines = createInterface({ input: this.#socket });
    // A worker that is killed says no goodbye.
    (lines as NodeJS.EventEmitter).on("error", () => undefined);
    lines.on("line", (line) => this.#take(decodeLine(line) as Message));
  }

  #take(message: Message): void {
    if (message.facts !== undefined) this.#facts = message.facts;
    if (message.type === "call") void this.#run(message.scope ?? {});
    else if (message.type === "ended") this.#connection?.serve();
    else if (message.type === "highWater" || message.type === "drain") {
      for (const listener of this.#listeners[message.type]) callListener(listener, () => undefined);
    } else this.#settle(message);
  }

  #settle({ id = 0, type, value, error, isReason }: Message): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (type === "done") waiting?.resolve(value as never);
    else waiting?.reject(isReason === true ? waiting.signal?.reason : revive(error!));
  }

  async #run(told: Record<string, unknown>): Promise<void> {
    const scope = this.#scopeOf(told);
    const send = (event: SendEvent): Promise<void> => {
      if (event?.type === "lifespan.startup.complete") this.#keepState(scope.state ?? {});
      return this.#ask<void>({ type: "send", ...this.#sparing(event) });
    };
    try {
      await this.#app(scope, (options) => this.#receive(options), send);
      this.#tell({ type: "settled" });
    } catch (error) {
      this.#tell({ type: "settled", error: describe(error) });
    }
  }

  /** Cases on pace send the same bytes again and again: those travel once. */
  #sparing(event: SendEvent): object {
    const { body } = (event ?? {}) as { readonly body?: unknown };
    if (!(body instanceof Uint8Array) || body.length < LARGE_BYTES) return { event };
    const known = this.#large.indexOf(body);
    if (known !== -1) return { event: { ...event, body: undefined }, again: known };
    this.#large.push(body);
    return { event, isLarge: true };
  }

  #receive({ signal }: ReceiveOptions = {}): Promise<ReceiveEvent> {
    const answer = this.#ask<ReceiveEvent>({ type: "receive", isGivenUp: signal?.aborted }, signal);
    const id = this.#ids;
    const cancel = (): void => this.#tell({ type: "cancel", id });
    signal?.addEventListener("abort", cancel, { once: true });
    return answer;
  }

  #ask<Value>(message: object, signal?: AbortSignal): Promise<Value> {
    const id = ++this.#ids;
    this.#tell({ ...message, id });
    return new Promise<Value>((resolve, reject) => this.#waiting.set(id, { signal, resolve, reject }));
  }

  #tell(message: object): void {
    this.#socket.write(encodeLine(message));
  }

  #scopeOf({ marks, state, extensions, ...told }: Record<string, unknown>): Scope {
    const known = Object.entries(told).filter(([, value]) => value !== undefined);
    const scope: Record<string, unknown> = Object.fromEntries(known);
    if (state !== undefined) scope["state"] = this.#stateOf(state as Record<string, number>);
    if (this.#facts === undefined) return scope as unknown as Scope;
    scope["extensions"] = this.#extensionsOf(extensions as Record<string, unknown>);
    scope["connection"] = this.#connection = this.#makeConnection();
    if (marks !== undefined) scope["transport"] = this.#makeTransport(marks as [number, number]);
    return scope as unknown as Scope;
  }

  #stateOf(state: Record<string, number>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(state).map(([name, index]) => [name, this.#values[index]]));
  }

  #keepState(state: object): void {
    const indices = Object.entries(state).map(([name, value]) => [name, this.#values.push(value) - 1]);
    this.#tell({ type: "state", state: Object.fromEntries(indices) });
  }

  #extensionsOf(extensions: Record<string, unknown>): Record<string, unknown> {
    const log = (entry: { readonly level: LogLevel; readonly message: string }): void =>
      this.#tell({ type: "log", entry });
    return "logger" in extensions ? { ...extensions, logger: log } : extensions;
  }

  #makeConnection(): ExchangeConnection {
    const read = (): Facts => this.#facts!;
    return new ExchangeConnection({
      get isOpen() {
        return read().isOpen;
      },
      get responseStarted() {
        return read().responseStarted;
      },
      get responseComplete() {
        return read().responseComplete;
      },
      get disconnectReason() {
        return read().disconnectReason;
      },
      get disconnectDetail() {
        return read().disconnectDetail;
      },
      log: () => undefined,
      abort: (detail) => this.#abort(detail),
    });
  }

  /** It takes effect at once; what came of it is told later. */
  #abort(detail: string | undefined): void {
    this.#tell({ type: "abort", detail });
    if (this.#facts !== undefined) this.#facts = { ...this.#facts, isOpen: false };
  }

  #makeTransport([highWaterMark, lowWaterMark]: [number, number]): Transport {
    const buffered = (): number => this.#facts?.bufferedAmount ?? 0;
    return {
      highWaterMark,
      lowWaterMark,
      get bufferedAmount() {
        return buffered();
      },
      onHighWater: (listener) => void this.#listeners.highWater.push(listener),
      onDrain: (listener) => void this.#listeners.drain.push(listener),
    };
  }
}

function describe(error: unknown): object {
  const { message, code, rule, status, expose, headers } = Object(error) as Record<string, unknown>;
  return {
    message: String(message ?? error),
    code,
    rule,
    status,
    expose,
    headers,
    isOurs: BRAND in Object(error),
  };
}

function revive({ message, isOurs, ...members }: Failure): Error {
  const error = Object.assign(new Error(message), members);
  return isOurs ? Object.defineProperty(error, BRAND, { value: true }) : error;
}
