/**
 * The parts of `ws` that make and read frames, as far as they are used here. Its types leave them out; they are in its
 * list of exports. Loaded with the first handshake: it costs a start that needs no WebSocket nothing.
 */
import type { Buffer } from "node:buffer";

/** Reads frames: a `Writable` into which the bytes of the client go. */
export interface Receiver {
  readonly writableLength: number;
  write(bytes: Uint8Array, done?: () => void): boolean;
  on(event: "message", listener: (data: Buffer, isBinary: boolean) => void): this;
  on(event: "ping" | "pong", listener: (data: Buffer) => void): this;
  on(event: "conclude", listener: (code: number, reason: Buffer) => void): this;
  on(event: "error", listener: (error: Error & { readonly code?: string }) => void): this;
  removeAllListeners(): this;
}

/** Takes the result of a {@link Deflate}. */
export type DeflateDone = (error: Error | null, bytes?: Buffer) => void;

/** Compresses and expands messages (RFC 7692). */
export interface Deflate {
  /** Chooses one of the client's offers; throws when none fits. */
  accept(offers: unknown): Record<string, unknown>;
  compress(data: Uint8Array | string, isLast: boolean, done: DeflateDone): void;
  decompress(data: Uint8Array, isLast: boolean, done: DeflateDone): void;
  /** Lets go of the streams; the next message makes new ones. */
  cleanup(): void;
}

/** Makes frames and writes them. */
export interface Sender {
  send(
    data: string | Uint8Array,
    options: { binary: boolean; compress: boolean; fin: true; mask: false },
    done?: () => void,
  ): void;
  ping(data: string, mask: false): void;
  pong(data: Uint8Array, mask: false): void;
  close(code: number | undefined, reason: string, mask: false, done: () => void): void;
}

/** What a {@link Sender} does with its socket. */
export interface SenderSocket {
  readonly destroyed: boolean;
  cork(): void;
  uncork(): void;
  write(chunk: Uint8Array | string, done?: () => void): void;
}

/** Extensions of a session by name. */
export type SessionExtensions = Readonly<Record<string, Deflate>>;

/** Options of a {@link Receiver}. */
export interface ReceiverOptions {
  readonly isServer: boolean;
  readonly extensions: SessionExtensions;
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
}

/** Options of a {@link Deflate}. */
export interface DeflateOptions {
  readonly isServer: true;
  readonly maxPayload: number;
  readonly threshold: number;
  readonly serverNoContextTakeover?: boolean;
  readonly clientNoContextTakeover?: boolean;
  readonly serverMaxWindowBits?: number;
  readonly zlibDeflateOptions: { readonly level: number; readonly memLevel: number };
}

/** The exports that are used. */
export interface WebSocketLibrary {
  readonly Receiver: new (options: ReceiverOptions) => Receiver;
  readonly Sender: new (socket: SenderSocket, extensions: SessionExtensions) => Sender;
  readonly PerMessageDeflate: (new (options: DeflateOptions) => Deflate) & { readonly extensionName: string };
  readonly extension: {
    /** Throws a `SyntaxError` for a field that breaks the grammar. */
    parse(field: string): Readonly<Record<string, unknown>>;
    format(extensions: Readonly<Record<string, unknown>>): string;
  };
}

let loading: Promise<WebSocketLibrary> | undefined;

/** Loads the library once. Rejects when it is not installed. */
export function loadWebSocketLibrary(): Promise<WebSocketLibrary> {
  loading ??= importLibrary() as Promise<WebSocketLibrary>;
  return loading;
}

/** Bun has something of its own under this name, without the parts. */
function importLibrary(): Promise<unknown> {
  if (process.versions["bun"] === undefined) return import("ws");
  return import(new URL("wrapper.mjs", import.meta.resolve("ws/package.json")).href);
}
