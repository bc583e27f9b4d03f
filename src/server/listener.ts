/** Binds the places where a server accepts connections. */
import { chmodSync, existsSync, unlinkSync } from "node:fs";
import { connect, createServer, type ListenOptions, type Server, type Socket } from "node:net";
import { UsageError } from "../http/errors.ts";
import type { ListenAddress } from "./handler.ts";
import { bracketed, formatListen, type ListenTarget, type UnixTarget } from "./listen-url.ts";

const BACKLOG = 1024;

/** A bound place; connections come to the callback it was opened with. */
export interface Listener {
  readonly address: ListenAddress;
  /** Accepts no more. Connections that were accepted live on. */
  close(): void;
}

/**
 * Starts to listen. Rejects with a `UsageError` that says what is wrong with the place and what to do.
 *
 * @example
 * const listener = await openListener(parseListen(":0"), (socket) => socket.end());
 */
export async function openListener(
  target: ListenTarget,
  accept: (socket: Socket, unixPath: string | undefined) => void,
): Promise<Listener> {
  if (target.kind === "unix") await removeStaleSocket(target);
  const unixPath = target.kind === "unix" ? target.path : undefined;
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
  server.on("connection", (socket) => accept(socket, unixPath));
  await listening(server, target);
  if (target.kind === "unix" && target.mode !== undefined) chmodSync(target.path, target.mode);
  return { address: addressOf(server, target), close: () => server.close() };
}

function listening(server: Server, target: ListenTarget): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(explain(error, target));
    server.once("error", refuse);
    const onListening = (): void => {
      server.off("error", refuse);
      resolve();
    };
    // A tight umask while binding: nobody connects before the mode of the socket is set.
    const umask = target.kind === "unix" && target.mode !== undefined ? process.umask(0o177) : undefined;
    server.listen(listenOptions(target), onListening);
    if (umask !== undefined) process.umask(umask);
  });
}

function listenOptions(target: ListenTarget): ListenOptions {
  if (target.kind === "fd") return { fd: target.fd, backlog: BACKLOG } as ListenOptions;
  if (target.kind === "unix") return { path: target.path, backlog: BACKLOG };
  return { host: target.host, port: target.port, backlog: BACKLOG };
}

/** A path left behind by a server that has died is removed; one that answers is somebody's (facts of bind(2)). */
async function removeStaleSocket(target: UnixTarget): Promise<void> {
  if (!existsSync(target.path)) return;
  const isAlive = await new Promise<boolean>((resolve) => {
    const probe = connect(target.path, () => resolve(true)).on("error", (error: NodeJS.ErrnoException) => {
      resolve(error.code !== "ECONNREFUSED");
    });
    probe.on("connect", () => probe.destroy());
  });
  if (isAlive) return;
  unlinkSync(target.path);
}

function addressOf(server: Server, target: ListenTarget): ListenAddress {
  const bound = server.address();
  if (target.kind === "unix") return { url: `unix:${target.path}`, path: target.path };
  if (bound === null || typeof bound === "string") return { url: formatListen(target) };
  const { address, port } = bound;
  const host = address === "0.0.0.0" ? "127.0.0.1" : address === "::" ? "::1" : address;
  return { url: `http://${bracketed(host)}:${port}`, host: address, port };
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there; stop it or choose another port",
  EACCES: "permission denied; ports below 1024 and foreign folders need rights",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOENT: "the folder does not exist",
  ENOTFOUND: "the host name is not known",
  EINVAL: "the descriptor is not a listening socket",
  EBADF: "there is no such descriptor",
};

function explain(error: NodeJS.ErrnoException, target: ListenTarget): UsageError {
  const why = EXPLANATIONS[error.code ?? ""] ?? error.message;
  return new UsageError(`cannot listen on ${formatListen(target)}: ${why}`, { cause: error });
}
