/** WebSocket clients over HTTP/2 (RFC 8441): `ws` on a stream of node:http2. */
import { once } from "node:events";
import http2, {
  type ClientHttp2Session,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from "node:http2";
import type { TestContext } from "node:test";
import { WebSocket } from "ws";
import { clientOf, type WsClient } from "./upgrading.js";

/** What a client says of itself. */
export interface StreamOptions {
  readonly headers?: OutgoingHttpHeaders;
  /** For a connection over TLS whose certificate nobody has to trust. */
  readonly session?: ClientHttp2Session;
}

/** A client and the head that it was answered with. */
export interface StreamClient extends WsClient {
  readonly head: IncomingHttpHeaders;
  /** Resets the stream. */
  reset(code: number): void;
}

/** A session for one test, ready for extended CONNECT. */
export async function connectedBy(context: TestContext, url: string): Promise<ClientHttp2Session> {
  const session = http2.connect(url, { rejectUnauthorized: false });
  session.on("error", () => undefined);
  context.after(() => session.destroy());
  await once(session, "remoteSettings");
  return session;
}

/** The fields of a handshake. */
export function handshake(headers: OutgoingHttpHeaders = {}): OutgoingHttpHeaders {
  return {
    ":method": "CONNECT",
    ":protocol": "websocket",
    ":path": "/",
    "sec-websocket-version": "13",
    ...headers,
  };
}

/** What `ws` does not declare: who masks, and a stream for it to use. */
type Insides = WebSocket & {
  _isServer: boolean;
  setSocket(stream: object, head: Buffer, options: object): void;
};

/** What a client that connects by itself has by default. */
const INSIDE = { autoPong: true, closeTimeout: 30_000 };

/** Opens a WebSocket on a stream of its own for one test. */
export async function openedOverHttp2(
  context: TestContext,
  url: string,
  options: StreamOptions = {},
): Promise<StreamClient> {
  const session = options.session ?? (await connectedBy(context, url));
  const stream = session.request(handshake(options.headers), { endStream: false });
  const [head] = (await once(stream, "response")) as [IncomingHttpHeaders];
  const socket = new WebSocket(null as never, undefined as never, INSIDE) as Insides;
  const client = clientOf(socket);
  socket._isServer = false;
  socket.setSocket(stream, Buffer.alloc(0), { maxPayload: 0, allowSynchronousEvents: true });
  return { ...client, head, reset: (code) => stream.close(code) };
}
