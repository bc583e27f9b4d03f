/** The WebSockets of Bun's server, of which one set of listeners tells for all. */
import type { PlatformSocket, PlatformSocketEvents } from "../../adapter/fetch/platform-socket.ts";

/** As much of Bun's `ServerWebSocket` as is used here. */
interface ServerWebSocket {
  readonly data: BunSocket;
  send(data: string | Uint8Array): number;
  ping(): number;
  close(code?: number, reason?: string): void;
  terminate(): void;
  getBufferedAmount(): number;
}

/** One per accepted handshake; what is said before Bun has opened it waits. */
export class BunSocket implements PlatformSocket {
  readonly #events: PlatformSocketEvents;
  #socket: ServerWebSocket | undefined;
  #early: ((socket: ServerWebSocket) => void)[] = [];

  constructor(events: PlatformSocketEvents) {
    this.#events = events;
  }

  get bufferedAmount(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  /** Bun has opened it. */
  open(socket: ServerWebSocket): void {
    this.#socket = socket;
    for (const act of this.#early.splice(0)) act(socket);
  }

  message(data: string | Uint8Array): void {
    this.#events.message(data);
  }

  ponged(): void {
    this.#events.ponged();
  }

  closed(code: number, reason: string): void {
    this.#events.closed(code, reason);
  }

  send(data: string | Uint8Array): void {
    this.#act((socket) => socket.send(data));
  }

  ping(): void {
    this.#act((socket) => socket.ping());
  }

  close(code: number | undefined, reason: string): void {
    this.#act((socket) => socket.close(code, reason));
  }

  cut(): void {
    this.#act((socket) => socket.terminate());
  }

  #act(act: (socket: ServerWebSocket) => void): void {
    if (this.#socket === undefined) this.#early.push(act);
    else act(this.#socket);
  }
}

const LARGEST: number = 2 ** 31 - 1;

/** What `Bun.serve` takes for `websocket`. Messages may be as large as the session's own limit lets them be. */
export const bunSockets: object = {
  idleTimeout: 0,
  sendPings: false,
  maxPayloadLength: LARGEST,
  backpressureLimit: LARGEST,
  open: (socket: ServerWebSocket): void => socket.data.open(socket),
  message: (socket: ServerWebSocket, data: string | Uint8Array): void => socket.data.message(data),
  pong: (socket: ServerWebSocket): void => socket.data.ponged(),
  close: (socket: ServerWebSocket, code: number, reason: string): void => socket.data.closed(code, reason),
};
