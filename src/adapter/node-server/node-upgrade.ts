/** Node only. A request that asks for an upgrade: the app takes its connection, or answers it as any other. */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Exchange } from "../../exchange/exchange.ts";
import type { IoExtension } from "../../pagi/extension.ts";
import { emitDrain } from "../node-http/need-drain.ts";

/** Time a client has to close after the answer. */
const LINGER_MS = 2000;

/** What node keeps on the socket while responses to earlier requests are on their way. */
type BusySocket = Duplex & { readonly _httpMessage?: ServerResponse | null };

/** The response to a request whose socket node has let go: the last one of its connection. */
export function lastResponse(request: IncomingMessage, socket: Duplex): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  const expects = request.headers.expect?.toLowerCase() === "100-continue";
  Object.assign(response, { _expect_continue: expects });
  response.assignSocket(socket as never);
  const drained = (): void => {
    if (response.writableNeedDrain) emitDrain(response);
  };
  socket.on("drain", drained);
  response.on("finish", () => {
    response.detachSocket(socket as never);
    letGo(socket);
  });
  return response;
}

/**
 * Notices that the client leaves while nobody reads from the socket: what comes stays in the socket's own buffer. As
 * on an ordinary request of node, a client that has ended its side is gone.
 */
export class ClientWatch {
  readonly #socket: Duplex;
  /** What happens then. */
  readonly left: () => void;
  readonly #look = (): void => {
    if (this.#socket.readableLength === 0) this.#socket.read(0);
  };

  constructor(socket: Duplex, left: () => void) {
    this.#socket = socket;
    this.left = left;
  }

  start(): void {
    this.#socket.on("readable", this.#look).on("end", this.left);
  }

  stop(): void {
    this.#socket.off("readable", this.#look).off("end", this.left);
  }
}

const READS_BODIES = 26;

/** True when node has left the body of such a request on the socket; since version 26 it reads it as any other. */
export function isBodyOnSocket(request: IncomingMessage): boolean {
  const major = Number(process.versions.node.split(".", 1)[0]);
  return request.complete && request.readableLength === 0 && major < READS_BODIES;
}

/** Waits until the responses to earlier requests of the connection have left. */
export function whenFree(socket: BusySocket, then: () => void): void {
  const before = socket._httpMessage;
  if (before === undefined || before === null) return then();
  before.once("close", () => whenFree(socket, then));
}

/** Lets the app of `exchange` take the connection; `head` gives what was read from it and is not its request. */
export function offerConnection(
  exchange: Exchange,
  response: ServerResponse,
  head: () => Uint8Array,
): IoExtension {
  return {
    take: () => {
      const socket = response.socket!;
      exchange.markTaken();
      response.detachSocket(socket);
      return { socket, head: head() };
    },
  };
}

/** The connection has had its last response; ends our side and gives the client a moment to read: closing at once could reset what it has not read yet. */
export function letGo(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS).unref();
  socket.once("close", () => clearTimeout(timer));
  socket.end();
  socket.resume();
}
