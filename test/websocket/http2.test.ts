/** WebSocket sessions over HTTP/2 (RFC 8441), with `ws` as the client: the exchange is that of HTTP/1.1. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { constants, type IncomingHttpHeaders } from "node:http2";
import { test } from "node:test";
import type { WebSocketReceiveEvent } from "#src/pagi/event.js";
import type { WebSocketScope } from "#src/pagi/scope.js";
import { frame, OPCODE } from "#src/testing/client-session.js";
import { local } from "../support/certificates.js";
import { connectedBy, handshake, openedOverHttp2 } from "../support/http2-sessions.js";
import { standstill, until } from "../support/hosted.js";
import { echo, serving, type SessionCall } from "../support/sessions.js";

test("WS-1: an extended CONNECT is a session, several of them on one connection", async (context) => {
  const scopes: WebSocketScope[] = [];
  const served = await serving(context, async (call) => {
    scopes.push(call.scope);
    await echo(call);
  });
  const session = await connectedBy(context, served.url);
  assert.equal(session.remoteSettings.enableConnectProtocol, true);
  const first = await openedOverHttp2(context, served.url, { session, headers: { ":path": "/a?b" } });
  const second = await openedOverHttp2(context, served.url, { session });
  assert.equal(first.head[":status"], 200);
  assert.equal(first.head["sec-websocket-accept"], undefined);
  for (const message of ["", "hello", "x".repeat(200_000)]) {
    first.socket.send(message);
    second.socket.send(`2${message}`);
    assert.deepEqual([await first.next(), await second.next()], [message, `2${message}`]);
  }
  const bytes = Buffer.alloc(1_000_000, "0123456789abcdef");
  first.socket.send(bytes);
  assert.deepEqual(await first.next(), bytes);
  const { httpVersion, scheme, path, queryString } = scopes[0]!;
  assert.deepEqual([httpVersion, scheme, path, queryString], ["2", "ws", "/a", "b"]);
  assert.equal(served.connections, 1);
  assert.ok(
    served.log.every((line) => line.startsWith("info: ")),
    String(served.log),
  );
});

test("over TLS the scheme is wss", async (context) => {
  const schemes: string[] = [];
  const options = { listen: ["https://127.0.0.1:0"], tls: { cert: local.cert, key: local.key } };
  const served = await serving(
    context,
    async (call) => {
      schemes.push(call.scope.scheme);
      await echo(call);
    },
    options,
  );
  const client = await openedOverHttp2(context, served.url);
  client.socket.send("secret");
  assert.equal(await client.next(), "secret");
  assert.deepEqual(schemes, ["wss"]);
});

test("either side closes, and the stream ends without an error", async (context) => {
  const seen: WebSocketReceiveEvent[] = [];
  const served = await serving(context, async ({ scope, receive, send }: SessionCall) => {
    await receive();
    await send({ type: "websocket.accept", subprotocol: scope.subprotocols[0]! });
    if (scope.path === "/") return void seen.push(await receive());
    return send({ type: "websocket.close", code: 4000, reason: "bye" });
  });
  const headers = { "sec-websocket-protocol": "chat, v2" };
  const client = await openedOverHttp2(context, served.url, { headers });
  assert.equal(client.head["sec-websocket-protocol"], "chat");
  client.socket.close(4001, "enough");
  assert.equal((await client.closed).code, 4001);
  const other = await openedOverHttp2(context, served.url, { headers: { ...headers, ":path": "/close" } });
  assert.deepEqual(await other.closed, { code: 4000, reason: "bye" });
  assert.deepEqual(seen, [{ type: "websocket.disconnect", code: 4001, reason: "enough" }]);
  assert.ok(
    served.log.every((line) => line.startsWith("info: ")),
    String(served.log),
  );
});

test("a stream that is reset is 1006 with client_closed", async (context) => {
  let tell: (event: WebSocketReceiveEvent) => void;
  const told = new Promise<WebSocketReceiveEvent>((resolve) => (tell = resolve));
  const served = await serving(context, async (call) => tell(await echo(call)));
  const client = await openedOverHttp2(context, served.url);
  client.reset(constants.NGHTTP2_CANCEL);
  const event = await told;
  assert.deepEqual(event, { type: "websocket.disconnect", code: 1006, reason: "client_closed" });
});

test("WS-18: a stop closes sessions with 1012", async (context) => {
  const served = await serving(context, echo);
  const client = await openedOverHttp2(context, served.url);
  client.socket.send("are you there");
  await client.next();
  const closing = served.close();
  assert.equal((await client.closed).code, 1012);
  await closing;
});

async function answerTo(context: Parameters<typeof connectedBy>[0], url: string, fields: object) {
  const session = await connectedBy(context, url);
  const stream = session.request(fields as never, { endStream: false });
  const [head] = (await once(stream, "response")) as [IncomingHttpHeaders];
  stream.on("error", () => undefined).resume();
  await once(stream, "close");
  return head;
}

test("WS-12: a refusal is an ordinary response", async (context) => {
  const served = await serving(
    context,
    async ({ send }) => {
      await send({ type: "http.response.start", status: 403, headers: [["x-why", "no"]] } as never);
      await send({ type: "http.response.body", body: "no" } as never);
    },
    { lingerMs: 20 },
  );
  const head = await answerTo(context, served.url, handshake());
  assert.deepEqual([head[":status"], head["x-why"]], [403, "no"]);
});

test("another version is 426, another protocol and a plain CONNECT are 501", async (context) => {
  const served = await serving(context, echo, { lingerMs: 20 });
  const old = await answerTo(context, served.url, handshake({ "sec-websocket-version": "8" }));
  assert.deepEqual([old[":status"], old["sec-websocket-version"]], [426, "13"]);
  const other = await answerTo(context, served.url, handshake({ ":protocol": "teleport" }));
  assert.equal(other[":status"], 501);
  const plain = await answerTo(context, served.url, { ":method": "CONNECT", ":authority": "a.test:443" });
  assert.equal(plain[":status"], 501);
});

test("what a client sends before it is accepted, more than is kept, does not hold it up afterwards", async (context) => {
  let accept = (): void => undefined;
  const mayAccept = new Promise<void>((resolve) => (accept = resolve));
  const served = await serving(context, async (call) => {
    await mayAccept;
    await echo(call);
  });
  const session = await connectedBy(context, served.url);
  const stream = session.request(handshake(), { endStream: false });
  context.after(() => stream.destroy());
  stream.on("error", () => undefined);
  stream.write(frame(OPCODE.bytes, Buffer.alloc(900_000)));
  await standstill(() => stream.writableLength + session.state.outboundQueueSize!);
  accept();
  let size = 0;
  stream.on("data", (piece: Buffer) => (size += piece.length));
  await until(() => size > 900_000);
});

test("a handshake that ends its stream is 400: it could not be a session", async (context) => {
  let calls = 0;
  const served = await serving(context, async (call) => {
    calls++;
    await echo(call);
  });
  const session = await connectedBy(context, served.url);
  const stream = session.request(handshake(), { endStream: true });
  const [head] = (await once(stream, "response")) as [IncomingHttpHeaders];
  stream.resume();
  await once(stream, "close");
  assert.deepEqual([head[":status"], calls], [400, 0]);
});
