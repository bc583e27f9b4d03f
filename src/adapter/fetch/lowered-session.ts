/** A WebSocket handshake that comes as a `Request`, on platforms that can accept one. */
import type { SessionHost, SessionLimits } from "../../exchange/frame-codec.ts";
import type { ProtocolError } from "../../http/errors.ts";
import { reasonPhrase } from "../../http/status.ts";
import { listMembers } from "../../http/token.ts";
import { readHandshake, WEBSOCKET_VERSION, type WebSocketHandshake } from "../../http/websocket.ts";
import type { Headers as HeaderPairs } from "../../pagi/scope.ts";
import type { PlatformAcceptance } from "./platform-socket.ts";
import type { SocketCodec } from "./socket-codec.ts";

/** Bounds of sessions where nobody sets others, as in `docs/options.md`. */
export const SESSION_LIMITS: SessionLimits = {
  maxMessageBytes: 1_048_576,
  maxReceiveQueue: 1024,
  maxQueuedBodyBytes: 262_144,
  acceptTimeoutMs: 10_000,
  closeTimeoutMs: 5000,
  sessionIdleTimeoutMs: 0,
  stopCloseCode: 1012,
};

/**
 * The handshake in a request, or nothing when it is none (RFC 6455 §4.2.1). Throws a `ProtocolError` for a broken one.
 * Keys are the platform's.
 */
export function handshakeIn(request: Request): WebSocketHandshake | undefined {
  const upgrade = request.headers.get("upgrade");
  if (upgrade === null || request.method !== "GET") return undefined;
  const isNamed = listMembers(upgrade).some((protocol) => protocol.toLowerCase() === "websocket");
  return isNamed ? readHandshake([...request.headers], false) : undefined;
}

/** The answer to a broken handshake. */
export function handshakeRefusal({ status }: ProtocolError): Response {
  const headers = status === 426 ? { "sec-websocket-version": WEBSOCKET_VERSION } : {};
  return new Response(`${reasonPhrase(status)}\n`, { status, headers });
}

/** The host of the one session that `codec` carries; extensions are the platform's. */
export function sessionHostOf(codec: SocketCodec, limits: SessionLimits): SessionHost {
  const agreement = { headers: [], start: codec.start.bind(codec) };
  return { limits, agree: () => Promise.resolve(agreement) };
}

/** Takes the subprotocol out of the fields of an acceptance: platforms want it by itself. */
export function acceptanceOf(headers: HeaderPairs): PlatformAcceptance {
  const chosen = headers.find(([name]) => name === "sec-websocket-protocol");
  return { subprotocol: chosen?.[1], headers: headers.filter((pair) => pair !== chosen) };
}
