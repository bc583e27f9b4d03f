/** Looks at what a client says first, and leaves the socket as if nobody had looked. */
import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { readServerName } from "../../protocol/client-hello.ts";

/**
 * Calls `named` with the host that a TLS client wants, `undefined` when it names none. Never calls it when the client
 * leaves before.
 *
 * @example
 * peekServerName(socket, (name) => serverFor(name).emit("connection", socket));
 */
export function peekServerName(socket: Socket, named: (name: string | undefined) => void): void {
  let seen: Buffer = Buffer.alloc(0);
  const look = (): void => {
    const bytes = socket.read() as Buffer | null;
    if (bytes === null) return;
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const name = readServerName(seen);
    if (name === false) return;
    socket.off("readable", look);
    socket.unshift(seen);
    named(name);
  };
  socket.on("readable", look);
  socket.on("error", () => undefined);
}
