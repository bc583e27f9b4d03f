/** The WebSocket object over a real server, with `ws` as the client. */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { websocket } from "#src/app/websocket.js";
import { HttpError, isTackError, UsageError } from "#src/http/errors.js";
import { lint } from "#src/middleware/lint.js";
import type { ServerWebSocket } from "#src/object/websocket.js";
import { until } from "../support/hosted.js";
import { opened, refused, type Upgrading, upgrading } from "../support/upgrading.js";

const isClosed = (error: unknown): boolean => isTackError(error) && error.code === "CLOSED";

interface Served extends Upgrading {
  /** What the handler came to, call by call. */
  readonly results: unknown[];
}

async function served(
  context: TestContext,
  handle: (socket: ServerWebSocket) => unknown,
  options: Parameters<typeof websocket>[1] = { keepalive: 0 },
): Promise<Served> {
  const results: unknown[] = [];
  const app = websocket(async (socket) => {
    try {
      results.push(await handle(socket));
    } catch (error) {
      results.push(error);
      throw error;
    }
  }, options);
  const server = await upgrading(context, lint()(app));
  return Object.defineProperties({ results } as Served, Object.getOwnPropertyDescriptors(server));
}

test("messages are iterated, texts and bytes and JSON go back; the end of the function is a goodbye", async (context) => {
  const { ws, results } = await served(context, async (socket) => {
    const states = [socket.state];
    for await (const message of socket) {
      states.push(socket.state);
      assert.equal(await socket.send(message), true);
      if (message === "enough") break;
    }
    await socket.json({ done: true });
    return states;
  });
  const { socket, next, closed } = await opened(context, ws);
  socket.send("one");
  socket.send(Buffer.from([2]));
  socket.send("enough");
  assert.equal(await next(), "one");
  assert.deepEqual(await next(), Buffer.from([2]));
  assert.equal(await next(), "enough");
  assert.equal(await next(), '{"done":true}');
  assert.deepEqual(await closed, { code: 1000, reason: "" });
  assert.deepEqual(results, [["connecting", "open", "open", "open"]]);
});

test("sends that overlap leave one after the other, and nobody has to await them", async (context) => {
  const { ws } = await served(context, (socket) => {
    for (const word of ["a", "b", "c"]) void socket.send(word);
    void socket.send(Buffer.alloc(300_000, "d"));
    void socket.send("e");
    return socket.close(4000, "all said");
  });
  const { next, closed } = await opened(context, ws);
  for (const word of ["a", "b", "c"]) assert.equal(await next(), word);
  assert.equal((await next()).length, 300_000);
  assert.equal(await next(), "e");
  assert.deepEqual(await closed, { code: 4000, reason: "all said" });
});

test("accept chooses a subprotocol and sends headers, once; one that is refused may be tried again", async (context) => {
  const { ws, results } = await served(context, async (socket) => {
    assert.deepEqual(socket.offered, ["one", "two"]);
    await assert.rejects(socket.accept({ subprotocol: "three" }), /WS-4/);
    assert.equal(await socket.accept({ subprotocol: "two", headers: [["x-own", "1"]] }), true);
    await assert.rejects(socket.accept(), isClosed);
    await assert.rejects(socket.refuse(403), isClosed);
    return socket.subprotocol;
  });
  const { socket, closed } = await opened(context, ws, { protocols: ["one", "two"] });
  assert.equal(socket.protocol, "two");
  await closed;
  assert.deepEqual(results, ["two"]);
});

test("refuse answers, once; a session that is closed before it was accepted is refused", async (context) => {
  const { ws, results } = await served(context, async (socket) => {
    await assert.rejects(socket.refuse(204), /WS-12/);
    await socket.refuse(404, [["content-type", "text/plain"]], "no such room");
    await assert.rejects(socket.accept(), isClosed);
    await assert.rejects(socket.send("late"), isClosed);
    return [socket.state, await socket.receive(), socket.end, await socket.closed];
  });
  assert.deepEqual(await refused(ws), { status: 404, text: "no such room" });
  assert.deepEqual(results, [["closed", undefined, { code: 1006, reason: "" }, null]]);
  const silent = await served(context, () => undefined);
  assert.equal((await refused(silent.ws)).status, 403);
});

test("after close nothing is sent; the client's answer ends the session", async (context) => {
  const { ws, results } = await served(context, async (socket) => {
    await socket.send("hello");
    await assert.rejects(socket.close(1005), /WS-8/);
    await socket.close(3001, "bye");
    await socket.close();
    await assert.rejects(socket.send("late"), isClosed);
    return [socket.state, await socket.closed, await socket.receive(), socket.end];
  });
  const { next, closed } = await opened(context, ws);
  assert.equal(await next(), "hello");
  assert.deepEqual(await closed, { code: 3001, reason: "bye" });
  await until(() => results.length === 1);
  assert.deepEqual(results, [["closed", null, undefined, { code: 3001, reason: "bye" }]]);
});

test("receiveJson reads JSON of both kinds, and goes on after what is none", async (context) => {
  const { ws, results } = await served(context, async (socket) => {
    const first = await socket.receiveJson<{ a: number }>();
    const second = await socket.receiveJson();
    await assert.rejects(socket.receiveJson(), (error) => isTackError(error) && error.code === "PROTOCOL");
    return [first?.a, second, await socket.receiveJson(), await socket.receiveJson(), socket.end?.code];
  });
  const { socket } = await opened(context, ws);
  socket.send('{"a":1}');
  socket.send(Buffer.from('"two"'));
  socket.send("three");
  socket.send("4");
  socket.close(1001);
  await until(() => results.length === 1);
  assert.deepEqual(results, [[1, "two", 4, undefined, 1001]]);
});

test("sends resolve with false when the client has gone", async (context) => {
  const { ws, results } = await served(context, async (socket) => {
    await socket.send("hello");
    assert.equal(await socket.closed, "client_closed");
    return [await socket.send("anyone?"), socket.state, socket.isOpen];
  });
  const { socket, next } = await opened(context, ws);
  await next();
  socket.terminate();
  await until(() => results.length === 1);
  assert.deepEqual(results, [[false, "closed", false]]);
});

test("an error is 1011, before an answer a status", async (context) => {
  const open = await served(context, async (socket) => {
    await socket.send("hello");
    throw new Error("broken");
  });
  const { closed } = await opened(context, open.ws);
  assert.deepEqual(await closed, { code: 1011, reason: "server_error" });
  const strict = await served(context, () => {
    throw new HttpError(401, "who are you?");
  });
  assert.deepEqual(await refused(strict.ws), { status: 401, text: "who are you?\n" });
});

test("a dead client is noticed by its missing pong", async (context) => {
  const { ws, results } = await served(
    context,
    async (socket) => [await socket.receive(), socket.end?.reason],
    { keepalive: 0.02, timeout: 0.1 },
  );
  await opened(context, ws, { autoPong: false });
  await until(() => results.length === 1);
  assert.deepEqual(results, [[undefined, "keepalive_timeout"]]);
});

test("what is no WebSocket is answered 426, and wrong arguments are refused", async (context) => {
  const { url } = await served(context, () => undefined);
  const response = await fetch(url);
  assert.deepEqual([response.status, response.headers.get("upgrade")], [426, "websocket"]);
  assert.throws(() => websocket("no function" as never), UsageError);
  assert.throws(() => websocket(() => undefined, { pings: 1 } as never), UsageError);
});
