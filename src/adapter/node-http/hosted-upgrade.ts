/** Node only. One connection that a hosted app takes over, from its `upgrade` listener to its end. */
import { IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import { UsageError } from "../../http/errors.ts";
import { joinHeader } from "../../http/headers.ts";
import { listMembers } from "../../http/token.ts";
import type { Send } from "../../pagi/app.ts";
import type { ExchangeScope } from "../../pagi/scope.ts";
import { refuseWebSocket } from "../stream/refuse.ts";
import { reportTo } from "../stream/report.ts";
import { fillHead, mayHaveBody } from "./make-request.ts";
import type { Upgrading } from "./node-host.ts";

const NO_IO = "this server does not hand over connections (no io in scope.extensions)";
const FAILED = "HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/**
 * True for a request to change the protocol (RFC 9110 7.8). HTTP/1.0 cannot, HTTP/2 has other ways, and one with a body
 * is answered as any other: its body must never be read as the new protocol.
 */
export function asksForUpgrade(scope: ExchangeScope): boolean {
  if (scope.httpVersion !== "1.1") return false;
  const upgrade = joinHeader(scope.headers, "upgrade");
  if (upgrade === undefined || upgrade === "" || mayHaveBody(scope)) return false;
  const connection = joinHeader(scope.headers, "connection") ?? "";
  return listMembers(connection).some((member) => member.toLowerCase() === "upgrade");
}

/** The request of `scope` as an `upgrade` listener gets it; its socket comes when the connection is taken. */
export function makeUpgradeRequest(scope: ExchangeScope): IncomingMessage {
  const request = new IncomingMessage(undefined as never);
  fillHead(request, scope);
  // What follows the head belongs to the new protocol.
  request.complete = true;
  request.push(null);
  return Object.assign(request, { upgrade: true });
}

/**
 * Takes the connection of `scope` and gives it to the listener of `upgrading`; on a server that keeps its connections the answer is
 * 501. Resolves when the connection has closed; rejects when the listener throws or rejects, and ends it then.
 */
export async function callUpgrade(
  upgrading: Upgrading,
  request: IncomingMessage,
  scope: ExchangeScope,
  send: Send,
): Promise<void> {
  const { io, logger } = scope.extensions;
  if (io === undefined) {
    logger?.({ level: "warn", message: `no upgrade of ${request.url}: ${NO_IO}` });
    return refuseWebSocket(send, NO_IO);
  }
  // Nothing to take from a client that is gone.
  if (!scope.connection.isConnected) return;
  const { socket, head } = io.take();
  if (!(socket instanceof Duplex)) {
    socket.destroy();
    throw new UsageError("fromNode: the server's connection is no stream of node, so nobody can upgrade it");
  }
  request.socket = socket as never;
  const isClosed = closing(socket, scope, upgrading);
  try {
    await Promise.race([upgrading.listener(request, socket, Buffer.from(head)), isClosed]);
  } catch (error) {
    giveUp(socket);
    throw error;
  }
  return isClosed;
}

/** The stream tells its end only to who reads it, so the end of the connection counts as well. */
function closing(
  socket: Duplex,
  { connection, extensions }: ExchangeScope,
  upgrading: Upgrading,
): Promise<void> {
  const report = reportTo(extensions.logger);
  return new Promise((resolve) => {
    socket.once("close", resolve);
    connection.onDisconnect((reason) => {
      // EXT-IO-4: the connection lives on until its app ends it, or the deadline.
      if (reason === "server_shutdown") upgrading.stopping((error) => report("stopping failed", error));
      else resolve();
    });
    if (socket.closed) resolve();
  });
}

/** A listener that fails before it has written anything has a client that waits for an answer. */
function giveUp(socket: Duplex & { readonly bytesWritten?: number }): void {
  socket.on("error", () => undefined);
  if (socket.bytesWritten !== 0 || !socket.writable) return void socket.destroy();
  socket.end(FAILED, () => socket.destroy());
}
