/** The client's half of a WebSocket handshake over HTTP/2 (RFC 8441 §5). */
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { ClosedError } from "../http/errors.ts";
import { reasonPhrase } from "../http/status.ts";
import { ByteSource } from "./byte-source.ts";
import type { ClientHead } from "./client.ts";
import { ClientSession, type SessionRequest } from "./client-session.ts";
import { http2Fields, leaveStream, pairsOf } from "./http2-exchange.ts";

/** Asks for a session on a stream of its own. Fields of `request.headers` stand in for those of the handshake. */
export async function openStreamSession(
  session: ClientHttp2Session,
  host: string,
  request: SessionRequest = {},
): Promise<ClientSession> {
  const { path = "/", headers = [], subprotocols = [] } = request;
  const offered = subprotocols.length === 0 ? {} : { "sec-websocket-protocol": subprotocols.join(", ") };
  const fields = http2Fields({ method: "CONNECT", path, headers }, host);
  const handshake = { ":protocol": "websocket", "sec-websocket-version": "13", ...offered, ...fields };
  const stream = session.request(handshake, { endStream: false });
  stream.on("error", () => {});
  const source = sourceOf(stream);
  const write = (bytes: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      if (stream.destroyed || stream.writableEnded) return resolve();
      stream.once("close", resolve);
      return void stream.write(bytes, () => {
        stream.off("close", resolve);
        resolve();
      });
    });
  return new ClientSession({ source, write, destroy: () => leaveStream(stream) }, await headOf(stream));
}

function sourceOf(stream: ClientHttp2Stream): ByteSource {
  const source = new ByteSource({ pause: () => stream.pause(), resume: () => stream.resume() });
  stream.on("data", (bytes: Buffer) => source.push(bytes));
  // Who hears that nothing more comes has nothing more to say.
  stream.on("end", () => stream.end());
  stream.on("end", () => source.finish());
  stream.on("close", () => source.finish());
  return source;
}

function headOf(stream: ClientHttp2Stream): Promise<ClientHead> {
  return new Promise((resolve, reject) => {
    stream.once("response", (answer, _flags, list: string[] = []) => {
      const status = Number(answer[":status"]);
      resolve({ status, statusText: reasonPhrase(status), headers: pairsOf(list) });
    });
    stream.once("close", () => reject(new ClosedError("the stream was closed before a response")));
  });
}
