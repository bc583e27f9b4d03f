/** The client's half of a WebSocket handshake over HTTP/1.1 (RFC 6455 §4.1). */
import { createHash, randomBytes } from "node:crypto";
import { ProtocolError } from "../http/errors.ts";
import type { Headers } from "../pagi/scope.ts";
import type { ClientHead } from "./client.ts";
import { ClientSession, type SessionRequest } from "./client-session.ts";
import type { LiveConnection } from "./live-connection.ts";
import { fieldLines } from "./request-text.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/**
 * Asks for a session on a fresh connection. Fields of `request.headers` stand in for those of the handshake that have
 * their name. Rejects with a `ProtocolError` for a 101 that breaks the rules.
 */
export async function openSession(
  connection: LiveConnection,
  host: string,
  request: SessionRequest = {},
): Promise<ClientSession> {
  const key = randomBytes(16).toString("base64");
  const { path = "/", headers = [], subprotocols = [] } = request;
  const given = new Set(headers.map(([name]) => name.toLowerCase()));
  const offered: Headers =
    subprotocols.length === 0 ? [] : [["Sec-WebSocket-Protocol", subprotocols.join(", ")]];
  const handshake: Headers = [
    ["Host", host],
    ["Connection", "Upgrade"],
    ["Upgrade", "websocket"],
    ["Sec-WebSocket-Version", "13"],
    ["Sec-WebSocket-Key", key],
    ...offered,
  ];
  const own = handshake.filter(([name]) => !given.has(name.toLowerCase()));
  void connection.write(`GET ${path} HTTP/1.1\r\n${fieldLines([...own, ...headers])}\r\n`);
  let head = await connection.responses.head("GET");
  while (head.status < 200 && head.status !== 101) head = await connection.responses.head("GET");
  if (head.status === 101) checkAnswer(head, key);
  return new ClientSession(connection, head);
}

function checkAnswer({ headers }: ClientHead, key: string): void {
  const value = (name: string): string | undefined => headers.find((pair) => pair[0] === name)?.[1];
  const proof = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  const isRight =
    value("sec-websocket-accept") === proof &&
    value("upgrade")?.toLowerCase() === "websocket" &&
    value("connection")?.toLowerCase() === "upgrade";
  if (!isRight) throw new ProtocolError(502, "the answer to the handshake is wrong", "RFC 6455 §4.2.2");
}
