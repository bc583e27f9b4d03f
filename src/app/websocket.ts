/** A WebSocket as an app: one function to write, the rest as the contract wants it (spec/PAGI.md, WS-*). */
import { reply } from "../compose/reply.ts";
import { checkOptions } from "../http/check-options.ts";
import { UsageError } from "../http/errors.ts";
import { ServerWebSocket } from "../object/websocket.ts";
import type { App } from "../pagi/app.ts";
import type { WebSocketScope } from "../pagi/scope.ts";

/** How sessions are kept. */
export interface WebSocketOptions {
  /**
   * Seconds between pings: less than what stands in front closes quiet connections after. 0 for none.
   * @default 30
   */
  readonly keepalive?: number;
  /**
   * Seconds a client has to answer a ping.
   * @default 20
   */
  readonly timeout?: number;
}

const UPGRADE_REQUIRED = reply(
  426,
  { upgrade: "websocket" },
  "Here is a WebSocket: connect with a client for it\n",
);

/**
 * Calls `handle` for each client that opens a session, and says goodbye when its promise resolves. An error closes the
 * session with 1011, and is a 500 or the status of an `HttpError` when the session was not accepted. Any other request
 * is answered with 426.
 *
 * @example
 * export default websocket(async (socket) => {
 *   for await (const message of socket) await socket.send(message);
 * });
 */
export function websocket(
  handle: (socket: ServerWebSocket, scope: WebSocketScope) => unknown,
  options: WebSocketOptions = {},
): App {
  if (typeof handle !== "function") throw new UsageError("websocket: give it a function (socket, scope)");
  checkOptions("websocket", options, { keepalive: "number", timeout: "number" });
  const { keepalive = 30, timeout = 20 } = options;
  return async (scope, receive, send) => {
    // Declined by returning.
    if (scope.type === "lifespan") return;
    if (scope.type !== "websocket") return UPGRADE_REQUIRED(scope, receive, send);
    const socket = new ServerWebSocket(scope, receive, send, { keepalive, timeout });
    await handle(socket, scope);
    if (socket.isOpen) await socket.close();
  };
}
