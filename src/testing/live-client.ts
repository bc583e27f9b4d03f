/** The test client over a real connection: its own HTTP/1.1, so that it can stop and vanish anywhere. */
import { Buffer } from "node:buffer";
import { ClosedError } from "../http/errors.ts";
import type { Headers } from "../pagi/scope.ts";
import {
  collect,
  type Client,
  type ClientExchange,
  type ClientHead,
  type ClientRequest,
  type ClientResponse,
  type Informational,
} from "./client.ts";
import type { ClientSession, SessionRequest } from "./client-session.ts";
import { type ClientTls, LiveConnection, targetOf } from "./live-connection.ts";
import { openSession } from "./live-session.ts";
import { fieldLines, requestText, wholeBody } from "./request-text.ts";

/** A client of a running server; each exchange has a connection of its own. */
export interface LiveClient extends Client {
  readonly url: string;
  /** A connection for raw bytes; closed by `close`. */
  connect(): Promise<LiveConnection>;
  /** Opens a WebSocket; resolves with the answer, whatever it is. */
  session(request?: SessionRequest): Promise<ClientSession>;
}

/**
 * Makes a client of the server at `url` (`http://host:port`, `https://host:port` or `unix:/path`). It trusts every
 * certificate; `tls` is what it shows of itself.
 *
 * @example
 * const client = createLiveClient("http://127.0.0.1:5000");
 * const response = await client.request({ path: "/" });
 * await client.close();
 */
export function createLiveClient(url: string, tls?: ClientTls): LiveClient {
  const { host } = targetOf(url);
  const opened = new Set<LiveConnection>();
  const connect = async (): Promise<LiveConnection> => {
    const connection = await LiveConnection.open(url, tls);
    opened.add(connection);
    return connection;
  };
  const open = (request: ClientRequest = {}): ClientExchange => new LiveExchange(connect(), host, request);
  return {
    url,
    connect,
    open,
    session: async (request) => openSession(await connect(), host, request),
    async request(request) {
      const exchange = open(request);
      try {
        return await exchange.response();
      } finally {
        exchange.disconnect();
      }
    },
    async close() {
      for (const connection of opened) connection.destroy();
      opened.clear();
    },
  };
}

class LiveExchange implements ClientExchange {
  readonly #connecting: Promise<LiveConnection>;
  readonly #request: ClientRequest;
  readonly #informational: Informational[] = [];
  readonly #head: Promise<ClientHead>;
  #connection: LiveConnection | undefined;
  #left = false;
  #mayContinue: (() => void) | undefined;

  constructor(connecting: Promise<LiveConnection>, host: string, request: ClientRequest) {
    this.#connecting = connecting;
    this.#request = request;
    const started = this.#start(host);
    started.catch(() => {});
    this.#head = started.then(() => this.#finalHead());
    this.#head.catch(() => {});
  }

  get informational(): readonly Informational[] {
    return this.#informational;
  }

  get complete(): boolean {
    return this.#connection?.responses.complete ?? false;
  }

  get trailers(): Headers {
    return this.#connection?.responses.trailers ?? [];
  }

  head(): Promise<ClientHead> {
    return this.#head;
  }

  async read(): Promise<Uint8Array | undefined> {
    await this.#head;
    try {
      return await this.#connection?.responses.read();
    } catch (error) {
      if (error instanceof ClosedError) return undefined;
      throw error;
    }
  }

  response(): Promise<ClientResponse> {
    return collect(this);
  }

  disconnect(): void {
    this.#left = true;
    this.#connection?.destroy();
  }

  async #start(host: string): Promise<void> {
    const connection = await this.#connecting;
    this.#connection = connection;
    if (this.#left) connection.destroy();
    const text = requestText(this.#request, host);
    const continues = new Promise<void>((resolve) => {
      this.#mayContinue = resolve;
    });
    const head = Buffer.from(text.head, "latin1");
    const whole = wholeBody(this.#request.body);
    if (whole !== undefined && !text.waitsForContinue) {
      void connection.write(Buffer.concat([head, whole]));
      return;
    }
    void connection.write(head);
    const mayStart = text.waitsForContinue ? continues : Promise.resolve();
    void mayStart.then(() => this.#sendBody(connection, text.isChunked)).catch(() => this.disconnect());
  }

  async #sendBody(connection: LiveConnection, isChunked: boolean): Promise<void> {
    const body = this.#request.body;
    const whole = wholeBody(body);
    if (whole !== undefined) return connection.write(whole);
    for await (const piece of (body ?? []) as AsyncIterable<string | Uint8Array>) {
      if (this.#left) return;
      const bytes = Buffer.from(piece);
      if (bytes.length > 0) await connection.write(isChunked ? chunk(bytes) : bytes);
    }
    if (isChunked) await connection.write(`0\r\n${fieldLines(this.#request.trailers ?? [])}\r\n`);
  }

  async #finalHead(): Promise<ClientHead> {
    const connection = await this.#connecting;
    for (;;) {
      const head = await connection.responses.head(this.#request.method ?? "GET");
      if (head.status === 100 || head.status >= 200) this.#mayContinue?.();
      if (head.status >= 200 || head.status === 101) return head;
      this.#informational.push({ status: head.status, headers: head.headers });
    }
  }
}

function chunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")]);
}
