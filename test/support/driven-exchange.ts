/**
 * Calls an app as a server would, without one: a scripted request body, a send that can be held back, a client
 * that can leave, and a check that no send overlaps another.
 */
import type { App } from "#src/pagi/app.js";
import type { DisconnectReason } from "#src/pagi/connection.js";
import type { HttpResponseStart, ReceiveEvent, SendEvent } from "#src/pagi/event.js";
import type { Extensions } from "#src/pagi/extension.js";
import type { HttpScope, SseScope } from "#src/pagi/scope.js";
import { DrivenConnection } from "./driven-connection.js";

/** What a test says about a request; the rest is a plain GET. */
export type DrivenRequest = Partial<Omit<HttpScope, "type" | "connection">> & {
  readonly type?: "http" | "sse";
  /** The body, piece by piece. Without an end the client goes on sending. */
  readonly pieces?: readonly string[];
  readonly endless?: boolean;
  /** Sends stay pending from this many body events on until `resume`. */
  readonly stallAfter?: number;
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** One call of an app under a test's control. */
export class Driven {
  readonly connection = new DrivenConnection();
  readonly events: SendEvent[] = [];
  readonly log: string[] = [];
  readonly scope: HttpScope | SseScope;
  /** The app's promise, with its failure as a value. */
  readonly done: Promise<unknown>;
  receives = 0;
  #pieces: string[];
  #isBodyOver = false;
  #isSending = false;
  #bodies = 0;
  #stall: number;
  #release: (() => void) | undefined;
  readonly #request: DrivenRequest;

  constructor(app: App, request: DrivenRequest) {
    this.#request = request;
    this.#pieces = [...(request.pieces ?? [""])];
    this.#stall = request.stallAfter ?? Infinity;
    this.scope = this.#scopeOf(request);
    void this.connection.closed.then(() => this.resume());
    this.done = app(this.scope, this.#receive, this.#send).then(
      () => undefined,
      (error: unknown) => error,
    );
  }

  get start(): HttpResponseStart | undefined {
    return this.events.find((event) => event.type === "http.response.start");
  }

  get text(): string {
    return this.pieces.join("");
  }

  /** The pieces of the body so far, as text. */
  get pieces(): string[] {
    return this.events.flatMap((event) => {
      if (event.type !== "http.response.body") return [];
      const body = event.body ?? "";
      return [typeof body === "string" ? body : decoder.decode(body)];
    });
  }

  header(name: string): string[] {
    return (this.start?.headers ?? []).filter(([key]) => key === name).map(([, value]) => value);
  }

  leave(reason: DisconnectReason = "client_closed"): void {
    this.connection.end(reason);
  }

  /** Lets pending and later sends through. */
  resume(): void {
    this.#stall = Infinity;
    this.#release?.();
  }

  /** Waits until `check` holds, turn by turn. */
  async until(check: () => boolean): Promise<void> {
    for (let turn = 0; !check(); turn++) {
      if (turn > 2000) throw new Error(`waited in vain: ${String(check)}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  readonly #receive = async (): Promise<ReceiveEvent> => {
    this.receives++;
    if (!this.#isBodyOver && this.connection.isConnected && this.#pieces.length > 0) {
      const body = encoder.encode(this.#pieces.shift());
      this.#isBodyOver = this.#pieces.length === 0 && this.#request.endless !== true;
      const type = this.scope.type === "sse" ? "sse.request" : "http.request";
      return { type, body, more: !this.#isBodyOver };
    }
    const reason = await this.connection.closed;
    return { type: this.scope.type === "sse" ? "sse.disconnect" : "http.disconnect", reason };
  };

  readonly #send = async (event: SendEvent): Promise<void> => {
    if (this.#isSending) throw new Error(`a send overlaps another: ${event.type}`);
    if (!this.connection.isConnected) return;
    this.#isSending = true;
    try {
      this.events.push(event);
      if (event.type === "http.response.start") this.connection.responseStarted = true;
      if (event.type === "http.response.body") await this.#sendBody(event);
    } finally {
      this.#isSending = false;
    }
  };

  async #sendBody(event: SendEvent & { readonly type: "http.response.body" }): Promise<void> {
    if (!this.connection.responseStarted) throw new Error("a body before its start");
    this.#bodies++;
    if (this.#bodies > this.#stall) await new Promise<void>((resolve) => (this.#release = resolve));
    if (event.more !== true && this.start?.trailers !== true) this.connection.end(null);
  }

  #scopeOf(request: DrivenRequest): HttpScope | SseScope {
    const { pieces: _, endless: __, stallAfter: ___, ...rest } = request;
    const extensions: Extensions = {
      logger: ({ level, message }) => void this.log.push(`${level}: ${message}`),
      ...request.extensions,
    };
    const path = request.path ?? "/";
    return {
      type: "http",
      pagi: { version: "0.4" },
      httpVersion: "1.1",
      method: "GET",
      scheme: "http",
      path,
      rawPath: (request.rootPath ?? "") + path,
      queryString: "",
      rootPath: "",
      headers: [["host", "app.test"]],
      client: ["192.0.2.7", 4711],
      server: ["127.0.0.1", 5000],
      ...rest,
      extensions,
      connection: this.connection,
    };
  }
}

/** Starts one exchange. */
export function drive(app: App, request: DrivenRequest = {}): Driven {
  return new Driven(app, request);
}

/** Does a whole exchange; throws what the app throws. */
export async function exchange(app: App, request: DrivenRequest = {}): Promise<Driven> {
  const driven = drive(app, request);
  const error = await driven.done;
  if (error !== undefined) throw error;
  return driven;
}
