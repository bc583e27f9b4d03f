/** The scope of a WebSocket session. */
import type { WebSocketHandshake } from "../http/websocket.ts";
import type { HttpScope, WebSocketScope } from "../pagi/scope.ts";
import type { SessionLimits } from "./frame-codec.ts";

/** The scope of a request as that of a session: a copy with its getters, as `derive` of `compose` makes one. */
export function websocketScope(
  scope: HttpScope,
  { subprotocols }: WebSocketHandshake,
  { maxMessageBytes, maxReceiveQueue }: SessionLimits,
): WebSocketScope {
  const changes = {
    type: "websocket",
    scheme: scope.scheme === "https" ? "wss" : "ws",
    method: undefined,
    subprotocols,
    maxFrameSize: maxMessageBytes,
    maxReceiveQueue,
  };
  const prototype: unknown = Object.getPrototypeOf(scope);
  return { __proto__: prototype, ...scope, ...changes } as unknown as WebSocketScope;
}
