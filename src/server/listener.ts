/** Binds the places where a server accepts connections. */
import { chmodSync } from "node:fs";
import { createServer, type ListenOptions, type Server, type Socket } from "node:net";
import type { ListenAddress } from "./handler.ts";
import { ListenError } from "./listen-error.ts";
import { bracketed, formatListen, reachableHost, type ListenTarget } from "./listen-url.ts";
import { removeStaleSocket } from "./stale-socket.ts";
import type { TlsDoor } from "./tls/tls-door.ts";
import type { TlsSettings } from "./tls/settings.ts";

/** How a place is opened, and what becomes of its connections. */
export interface ListenerOptions {
  readonly backlog: number;
  /** Over TLS the socket is to go through the door before anything is read from it. */
  readonly accept: (socket: Socket, unixPath: string | undefined, door: TlsDoor | undefined) => void;
  /** Makes the door of a listener that speaks TLS. */
  readonly openDoor: (settings: TlsSettings) => Promise<TlsDoor>;
  /** Told when a connection cannot be accepted, for example for want of descriptors; listening goes on. */
  readonly failed: (error: Error) => void;
}

/** A bound place; connections come to the callback it was opened with. */
export interface Listener {
  readonly address: ListenAddress;
  /** Present where TLS is spoken. */
  readonly door: TlsDoor | undefined;
  /** Accepts no more. Connections that were accepted live on. */
  close(): void;
}

/**
 * Starts to listen. Rejects with a {@link ListenError} that says what is wrong with the place and what to do.
 *
 * @example
 * const accept = (socket: Socket) => socket.end();
 * const failed = (error: Error) => console.error(error.message);
 * const options = { backlog: 1024, accept, failed, openDoor: noTls };
 * const listener = await openListener(parseListen(":0"), options);
 */
export async function openListener(target: ListenTarget, options: ListenerOptions): Promise<Listener> {
  const { accept, backlog, failed, openDoor } = options;
  const door = target.tls === undefined ? undefined : await openDoor(target.tls);
  if (target.kind === "unix") await removeStaleSocket(target.path);
  const unixPath = target.kind === "unix" ? target.path : undefined;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  server.on("connection", (socket) => accept(socket, unixPath, door));
  try {
    await listening(server, target, backlog);
  } catch (error) {
    door?.close();
    throw error;
  }
  server.on("error", failed);
  if (target.kind === "unix" && target.mode !== undefined) chmodSync(target.path, target.mode);
  const close = (): void => {
    door?.close();
    server.close();
  };
  return { address: addressOf(server, target), door, close };
}

function listening(server: Server, target: ListenTarget, backlog: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(new ListenError(target, error));
    server.once("error", refuse);
    const onListening = (): void => {
      server.off("error", refuse);
      resolve();
    };
    // A tight umask while binding: nobody connects before the mode of the socket is set.
    const umask = target.kind === "unix" && target.mode !== undefined ? process.umask(0o177) : undefined;
    server.listen(listenOptions(target, backlog), onListening);
    if (umask !== undefined) process.umask(umask);
  });
}

function listenOptions(target: ListenTarget, backlog: number): ListenOptions {
  if (target.kind === "fd") return { fd: target.fd, backlog } as ListenOptions;
  if (target.kind === "unix") return { path: target.path, backlog };
  return { host: target.host, port: target.port, backlog };
}

function addressOf(server: Server, target: ListenTarget): ListenAddress {
  const bound = server.address();
  const secure = target.tls === undefined ? undefined : ({ isSecure: true } as const);
  if (target.kind === "unix") return { url: `unix:${target.path}`, path: target.path, ...secure };
  if (bound === null || typeof bound === "string") return { url: formatListen(target), ...secure };
  const { address, port } = bound;
  const scheme = secure === undefined ? "http" : "https";
  return { url: `${scheme}://${bracketed(reachableHost(address))}:${port}`, host: address, port, ...secure };
}
