/** A WebSocket as the platform gives it to a fetch handler: it makes and reads the frames, and shakes hands. */
import type { Headers as HeaderPairs } from "../../pagi/scope.ts";

/** What is done with an accepted socket of the platform. */
export interface PlatformSocket {
  /** Bytes that wait for the client; 0 where the platform does not tell. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array): void;
  /** Begins the closing handshake. */
  close(code: number | undefined, reason: string): void;
  /** Asks the client for a sign of life, which `pong` tells of; absent where the platform does not let us. */
  ping?(): void;
  /** Ends the connection without one, or as nearly so as the platform can. */
  cut(): void;
}

/** Who is told what happens on a socket of the platform. */
export interface PlatformSocketEvents {
  message(data: string | Uint8Array): void;
  /** The client has answered a `ping`. */
  ponged(): void;
  /** The session is over; 1006 when nobody said goodbye. */
  closed(code: number, reason: string): void;
}

/** What the app has said with its acceptance. */
export interface PlatformAcceptance {
  readonly subprotocol: string | undefined;
  /** Besides those of the handshake itself. */
  readonly headers: HeaderPairs;
}

/** A session that has begun: its socket, and what the handler has to return. */
export interface PlatformSession {
  readonly socket: PlatformSocket;
  readonly response: Response;
}

/** Accepts the handshake of a request. Throws when the platform will not. */
export type PlatformUpgrade = (
  acceptance: PlatformAcceptance,
  events: PlatformSocketEvents,
) => PlatformSession;

/** As much of the `WebSocket` of the HTML standard as is used here; Deno's and the one of Workers are such. */
export interface StandardSocket {
  binaryType?: string;
  readonly bufferedAmount?: number;
  readonly readyState: number;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: string, listener: (event: StandardSocketEvent) => void): void;
}

/** What its listeners are given. */
export interface StandardSocketEvent {
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}

/** `readyState` until the platform has written its answer to the handshake. */
const CONNECTING = 0;

/**
 * Makes a {@link PlatformSocket} of a standard one, which begins to tell `events`.
 *
 * @example
 * const { socket, response } = Deno.upgradeWebSocket(request);
 * return { socket: standardSocket(socket, events), response };
 */
export function standardSocket(socket: StandardSocket, events: PlatformSocketEvents): PlatformSocket {
  const early: (() => void)[] = [];
  const whenOpen = (act: () => void): void => {
    if (socket.readyState === CONNECTING) early.push(act);
    else act();
  };
  socket.binaryType = "arraybuffer";
  socket.addEventListener("open", () => {
    for (const act of early.splice(0)) act();
  });
  socket.addEventListener("message", ({ data }) =>
    events.message(typeof data === "string" ? data : new Uint8Array(data as ArrayBuffer)),
  );
  socket.addEventListener("close", ({ code = 1006, reason = "" }) => events.closed(code, reason));
  // What failed is over; the platform closes it then.
  socket.addEventListener("error", () => events.closed(1006, ""));
  return {
    get bufferedAmount(): number {
      return socket.bufferedAmount ?? 0;
    },
    send: (data) => whenOpen(() => socket.send(data)),
    close: (code, reason) =>
      whenOpen(() => (code === undefined ? socket.close() : socket.close(code, reason))),
    cut: () => whenOpen(() => socket.close()),
  };
}
