import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, performServerHandshake } from "node:http2";
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from "node:net";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { nativeSession } from "#src/server/http2/native-session.js";
import { okApp, started } from "../server-tools.js";
import { FrameClient, frameOf } from "../../support/http2-frames.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

test("what lies below a session of node is found", async (context) => {
  const listener = createServer().listen(0, "127.0.0.1");
  context.after(() => listener.close());
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  const client = connect(`http://127.0.0.1:${port}`, {
    createConnection: () => connectSocket(port, "127.0.0.1"),
  });
  context.after(() => client.destroy());
  const [socket] = (await once(listener, "connection")) as [Socket];
  const session = performServerHandshake(socket);
  await once(session, "connect");
  assert.equal((nativeSession(session) as object).constructor.name, "Http2Session");
});

test("a client that goes on after the end of its session is read without harm, also when memory is collected", async () => {
  const running = await started(okApp, { keepAliveTimeoutMs: 20, lingerMs: 400 });
  const clients = await Promise.all(Array.from({ length: 20 }, () => FrameClient.open(running.url)));
  await Promise.all(clients.map(({ connection }) => connection.ended));
  const ping = frameOf(6, 0, 0, Buffer.alloc(8));
  for (let round = 0; round < 20; round++) {
    await Promise.all(clients.map(({ connection }) => connection.write(ping)));
    collect();
  }
  for (const { connection } of clients) connection.destroy();
  assert.equal(await (await fetch(running.url)).text(), "ok");
});
