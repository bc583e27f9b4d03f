/** What the WebSocket sessions of a server share: their limits, and how their frames are made. */
import { createHash } from "node:crypto";
import type { FrameAgreement, SessionHost } from "../exchange/frame-codec.ts";
import type { WebSocketHandshake } from "../http/websocket.ts";
import type { Headers } from "../pagi/scope.ts";
import type { Limits } from "./limits.ts";
import { WebSocketCodec } from "./websocket-codec.ts";
import { agreeOnDeflate } from "./websocket-deflate.ts";
import { loadWebSocketLibrary } from "./websocket-library.ts";

/** RFC 6455 §1.3: nobody who does not speak the protocol adds this to a key. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * The host of a server's sessions.
 *
 * @example
 * const exchange = new WebSocketExchange(http, wire, readHandshake(headers, true), sessionHost(limits));
 */
export function sessionHost(limits: Limits): SessionHost {
  return {
    limits,
    async agree(handshake): Promise<FrameAgreement> {
      const library = await loadWebSocketLibrary();
      const { deflate, field } = agreeOnDeflate(library, handshake.extensions, limits);
      const extensions: Headers = field === undefined ? [] : [["sec-websocket-extensions", field]];
      return {
        headers: [...proofOf(handshake), ...extensions],
        start: (sink, write) => new WebSocketCodec({ library, limits, deflate, write }, sink),
      };
    },
  };
}

/** Over HTTP/1.1 alone: the request of HTTP/2 has said it all (RFC 8441 §5). */
function proofOf({ key }: WebSocketHandshake): Headers {
  if (key === undefined) return [];
  const accept = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  return [
    ["upgrade", "websocket"],
    ["sec-websocket-accept", accept],
  ];
}
