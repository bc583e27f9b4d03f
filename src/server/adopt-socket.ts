/**
 * Makes an accepted socket read into a buffer of our choice, one shared by all connections as a rule, through the public `onread` option.
 * That option exists only when a socket is made, so the socket is made anew around its handle.
 * Trick "shared read buffer": saves an allocation and the stream machinery per read; bench workloads hello
 * and browser. Where the runtime lacks the pieces, and over TLS, the accepted socket is used as it is.
 */
import type { Buffer } from "node:buffer";
import { Socket, type SocketConstructorOpts } from "node:net";
import { TLSSocket } from "node:tls";
import type { OutputCount } from "./deadlines.ts";
import type { ReadBuffer } from "./read-buffer.ts";

/** Takes what was read: `bytes[0..length)`, valid during the call only. */
export type OnBytes = (bytes: Buffer, length: number) => void;

interface TcpHandle {
  useUserBuffer?: unknown;
  writeQueueSize?: number;
}

interface AcceptedSocket {
  _handle?: TcpHandle | null;
  _server?: unknown;
  server?: unknown;
}

/**
 * Gives the socket to use from now on; `accepted` must not be used any more. It must come from a server with
 * `pauseOnConnect`, so that nothing was read yet. `buffer` is what it reads into, where the runtime can.
 */
export function adoptSocket(
  accepted: Socket,
  highWaterMark: number,
  buffer: ReadBuffer,
  onBytes: OnBytes,
): Socket {
  const inner = accepted as AcceptedSocket;
  const handle = inner._handle;
  const isPlain = !(accepted instanceof TLSSocket);
  if (!isPlain || handle === null || handle === undefined || typeof handle.useUserBuffer !== "function") {
    setHighWaterMark(accepted, highWaterMark);
    accepted.on("data", (bytes: Buffer) => onBytes(bytes, bytes.length));
    accepted.resume();
    return accepted;
  }
  inner._handle = null;
  const socket = new Socket({
    handle,
    allowHalfOpen: true,
    writableHighWaterMark: highWaterMark,
    onread: {
      buffer: () => buffer.next(),
      callback: (length: number, bytes: Buffer) => {
        onBytes(bytes, length);
        return true;
      },
    },
  } as SocketConstructorOpts);
  // The server counts its connections through these two; `close` would never be reported without them.
  (socket as AcceptedSocket)._server = inner._server;
  (socket as AcceptedSocket).server = inner.server;
  inner._server = null;
  return socket;
}

/** Nobody but the maker of a socket may say when it asks to wait; this one was made elsewhere. */
function setHighWaterMark(socket: Socket, highWaterMark: number): void {
  const { _writableState: state } = socket as { _writableState?: { highWaterMark?: number } };
  if (state !== undefined) state.highWaterMark = highWaterMark;
}

/** Counts the outbound bytes of a socket. What the runtime does not tell is 0: then whole writes are all to see. */
export function countOutput(socket: Socket): OutputCount {
  const inSystem = (socket as AcceptedSocket)._handle?.writeQueueSize ?? 0;
  return { accepted: socket.bytesWritten, waiting: socket.writableLength, inSystem };
}
