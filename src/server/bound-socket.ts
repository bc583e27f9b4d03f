/**
 * A socket that is bound and owned here but accepts nothing here: its descriptor is mapped into child
 * processes, which listen on it. As long as the owner lives no connection is refused.
 */
import { lookup } from "node:dns/promises";
import { chmodSync } from "node:fs";
import net from "node:net";
import { getSystemErrorName } from "node:util";
import { ListenError } from "./listen-error.ts";
import { removeStaleSocket } from "./stale-socket.ts";
import {
  formatListen,
  reachableHost,
  type ListenTarget,
  type TcpTarget,
  type UnixTarget,
} from "./listen-url.ts";

/** A bound socket. Map `fd` into a child by `stdio` and let it listen on the number it gets there. */
export interface BoundSocket {
  /** Where clients reach it, with the real port. */
  readonly target: ListenTarget;
  readonly fd: number;
  /** Lets go of the descriptor, and removes the path of a unix socket. */
  close(): void;
}

/** The part of `net.BoundSocket` (newest Node 24 and later) that is used here. */
interface NativeBoundSocket {
  address(): string | { readonly port: number };
  fd(): number;
  close(): void;
}

type NativeConstructor = new (options: { host?: string; port?: number; path?: string }) => NativeBoundSocket;

/** What Node's cluster module binds with; undocumented, and all there is before `net.BoundSocket`. */
interface ServerHandle {
  readonly fd: number;
  getsockname?(into: { port?: number }): number;
  close(): void;
}

type CreateServerHandle = (
  ...where: [address: string, port: number, addressType: 4 | 6 | -1, fd: null, flags: number]
) => ServerHandle | number;

const { BoundSocket: Native, _createServerHandle: createServerHandle } = net as unknown as {
  readonly BoundSocket?: NativeConstructor;
  readonly _createServerHandle?: CreateServerHandle;
};

/**
 * Binds a TCP address or a unix socket. Rejects with a {@link ListenError} that says why it cannot be had.
 *
 * @example
 * const socket = await bindSocket({ kind: "tcp", host: "127.0.0.1", port: 0 });
 * spawn(process.execPath, ["child.js"], { stdio: ["inherit", "inherit", "inherit", socket.fd] });
 */
export async function bindSocket(target: TcpTarget | UnixTarget): Promise<BoundSocket> {
  try {
    return target.kind === "tcp" ? await bindTcp(target) : await bindUnix(target);
  } catch (error) {
    throw new ListenError(target, error);
  }
}

async function bindTcp(target: TcpTarget): Promise<BoundSocket> {
  const { address, family } = await lookup(target.host);
  const socket =
    Native === undefined
      ? fromHandle(address, target.port, family === 6 ? 6 : 4)
      : new Native({ host: address, port: target.port });
  const bound = socket.address();
  const port = typeof bound === "string" ? target.port : bound.port;
  return { target: { ...target, port }, fd: socket.fd(), close: () => socket.close() };
}

async function bindUnix(target: UnixTarget): Promise<BoundSocket> {
  await removeStaleSocket(target.path);
  const socket = Native === undefined ? fromHandle(target.path, -1, -1) : new Native({ path: target.path });
  if (target.mode !== undefined) chmodSync(target.path, target.mode);
  return { target, fd: socket.fd(), close: () => socket.close() };
}

function fromHandle(address: string, port: number, addressType: 4 | 6 | -1): NativeBoundSocket {
  if (createServerHandle === undefined)
    throw new Error("this runtime cannot bind a socket without listening");
  const handle = createServerHandle(address, port, addressType, null, 0);
  if (typeof handle === "number") throw systemError(handle);
  const name: { port?: number } = {};
  // A busy port shows only here: the bind itself has reported success.
  const status = handle.getsockname?.(name) ?? 0;
  if (status !== 0 && addressType !== -1) {
    handle.close();
    throw systemError(status);
  }
  return { address: () => ({ port: name.port ?? port }), fd: () => handle.fd, close: () => handle.close() };
}

function systemError(status: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(code), { code, errno: status });
}

/** Where people see a bound socket: a URL of this machine with the real port. */
export function boundUrl({ target }: BoundSocket): string {
  return formatListen(target.kind === "tcp" ? { ...target, host: reachableHost(target.host) } : target);
}
