/** Cases on how a WebSocket ends, and what each side learns of it (the table of codes). */
import assert from "node:assert/strict";
import type { Connection } from "../../pagi/connection.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { closeBody, frame, OPCODE } from "../client-session.ts";
import { refused, signal } from "./suite-tools.ts";
import { accept, closedWith, next, opened, sessionApp, untilEnd, watchedSession } from "./ws-tools.ts";

/** An app that accepts and reports how the session ended: last event, reason, and whether that was clean. */
function ending(): ReturnType<typeof watchedSession<unknown>> {
  return watchedSession<unknown>(async (call) => {
    await accept(call);
    const events = await untilEnd(call);
    const { connection } = call.scope;
    const again = await call.receive();
    assert.deepEqual(again, events.at(-1));
    await call.send({ type: "websocket.send", text: "nobody hears" });
    assert.equal(await connection.closed, connection.disconnectReason);
    assert.equal(connection.isConnected, false);
    return [events.at(-1), connection.disconnectReason, connection.responseComplete];
  });
}

function disconnect(code: number, reason: string): object {
  return { type: "websocket.disconnect", code, reason };
}

/** Frames that break the protocol, with the code they are answered with. */
const BROKEN: readonly (readonly [what: string, code: number, bytes: Uint8Array])[] = [
  ["a frame without a mask", 1002, frame(OPCODE.text, "x", { isMasked: false })],
  ["a reserved bit", 1002, frame(OPCODE.text, "x", { reserved: 2 })],
  ["a compressed frame that was not agreed on", 1002, frame(OPCODE.text, "x", { reserved: 4 })],
  ["a reserved opcode", 1002, frame(3, "x")],
  ["a reserved control opcode", 1002, frame(11, "x")],
  ["a fragmented ping", 1002, frame(OPCODE.ping, "x", { isLast: false })],
  ["a long ping", 1002, frame(OPCODE.ping, "x".repeat(126))],
  ["a continuation of nothing", 1002, frame(OPCODE.more, "x")],
  ["a close with one byte", 1002, frame(OPCODE.close, "x")],
  ["a close code that nobody may send", 1002, frame(OPCODE.close, closeBody(1005))],
  ["text that is not UTF-8", 1007, frame(OPCODE.text, Buffer.from([0xc0, 0xaf]))],
  ["a reason that is not UTF-8", 1007, frame(OPCODE.close, Buffer.from([3, 232, 0xff]))],
];

/** Cases on ends. */
export const wsEndingCases: readonly CaseDefinition[] = [
  {
    id: "ws-22",
    rule: "WS-14, CONN-16, CONN-17, APP-15, APP-17",
    title: "the client's close is echoed, and a clean end with its code and text",
    async run(kit) {
      for (const [code, reason] of [
        [1000, "done"],
        [4999, "\u20ac"],
        [1001, ""],
      ] as const) {
        const { app, result } = ending();
        const session = await opened(await kit.serve(app));
        await session.close(code, reason);
        await closedWith(session, code);
        assert.deepEqual(await result, [disconnect(code, reason), null, true]);
      }
    },
  },
  {
    id: "ws-23",
    rule: "WS-14",
    title: "a close without a code is 1005",
    async run(kit) {
      const { app, result } = ending();
      const session = await opened(await kit.serve(app));
      await session.close();
      await closedWith(session, 1005);
      assert.deepEqual(await result, [disconnect(1005, ""), null, true]);
    },
  },
  {
    id: "ws-24",
    rule: "WS-14, CONN-4, APP-15",
    title: "a client that leaves without a word is 1006 and client_closed",
    needs: ["disconnect"],
    async run(kit) {
      const { app, result } = ending();
      const session = await opened(await kit.serve(app));
      session.leave();
      assert.deepEqual(await result, [disconnect(1006, "client_closed"), "client_closed", false]);
    },
  },
  {
    id: "ws-25",
    rule: "WS-8, WS-9, CONN-16",
    title: "the app's close carries its code and reason, and nothing follows it",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        const { send } = call;
        for (const code of [0, 999, 1004, 1005, 1006, 1015, 2000, 2999, 5000, 1000.5, "1000"]) {
          await refused(send, { type: "websocket.close", code });
        }
        await refused(send, { type: "websocket.close", reason: "x".repeat(124) });
        await refused(send, { type: "websocket.close", reason: "\u20ac".repeat(42) });
        await send({ type: "websocket.send", text: "last" });
        await send({ type: "websocket.close", code: 3000, reason: "x".repeat(123) });
        await refused(send, { type: "websocket.send", text: "late" });
        await refused(send, { type: "websocket.close" });
        const { connection } = call.scope;
        assert.equal(connection.isConnected, true);
        return [await call.receive(), await connection.closed];
      });
      const session = await opened(await kit.serve(app));
      assert.deepEqual(await next(session), { type: "text", text: "last" });
      assert.deepEqual(await next(session), { type: "close", code: 3000, reason: "x".repeat(123) });
      await session.text("a message on its way is let go");
      await session.close(3000);
      assert.deepEqual(await next(session), { type: "end" });
      assert.deepEqual(await result, [disconnect(3000, ""), null]);
    },
  },
  {
    id: "ws-26",
    rule: "WS-16, CONN-4",
    title: "a session whose app returns or throws is closed with 1011 and is no clean end",
    async run(kit) {
      const connections: Connection[] = [];
      const client = await kit.serve(
        sessionApp(async (call) => {
          connections.push(call.scope.connection);
          await accept(call);
          await call.send({ type: "websocket.send", text: "part" });
          if (call.scope.path === "/throw") throw new Error("broken");
        }),
      );
      for (const path of ["/return", "/throw"]) {
        const session = await opened(client, { path });
        assert.deepEqual(await next(session), { type: "text", text: "part" });
        assert.deepEqual(await next(session), { type: "close", code: 1011, reason: "server_error" });
        await session.close(1011);
        assert.deepEqual(await next(session), { type: "end" });
        const connection = connections.at(-1)!;
        assert.equal(await connection.closed, "server_error", path);
        assert.equal(connection.responseComplete, false);
      }
    },
  },
  {
    id: "ws-27",
    rule: "WS-14, WS-17, CONN-4",
    title: "broken frames are answered with their code, and the app learns it",
    async run(kit) {
      for (const [what, code, bytes] of BROKEN) {
        const { app, result } = ending();
        const session = await opened(await kit.serve(app));
        await session.raw(bytes);
        await closedWith(session, code);
        assert.deepEqual(await result, [disconnect(code, "protocol_error"), "protocol_error", false], what);
      }
    },
  },
  {
    id: "ws-28",
    rule: "WS-14, SCOPE-14",
    title: "a message above the limit is 1009, in one frame or in fragments; one at the limit is none",
    needs: ["limits"],
    async run(kit) {
      const over = [
        frame(OPCODE.bytes, Buffer.alloc(1001)),
        Buffer.concat([
          frame(OPCODE.text, "x".repeat(600), { isLast: false }),
          frame(OPCODE.more, "x".repeat(401)),
        ]),
      ];
      for (const bytes of over) {
        const { app, result } = ending();
        const session = await opened(await kit.serve(app, { messageBytes: 1000 }));
        await session.bytes(Buffer.alloc(1000));
        await session.raw(bytes);
        await closedWith(session, 1009);
        assert.deepEqual(await result, [disconnect(1009, "body_too_large"), "body_too_large", false]);
      }
    },
  },
  {
    id: "ws-29",
    rule: "WS-18, CONN-4",
    title: "a stopping server closes sessions with 1012, and does not wait for their apps",
    async run(kit) {
      const ready = signal();
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        ready.resolve();
        return [await untilEnd(call), call.scope.connection.disconnectReason];
      });
      const server = await kit.start(app);
      const session = await opened(server.client);
      await ready.promise;
      const closing = server.close();
      assert.deepEqual(await next(session), { type: "close", code: 1012, reason: "server_shutdown" });
      await session.close(1012);
      assert.deepEqual(await next(session), { type: "end" });
      session.leave();
      await closing;
      assert.deepEqual(await result, [[disconnect(1012, "server_shutdown")], "server_shutdown"]);
    },
  },
  {
    id: "ws-30",
    rule: "CONN-15, WS-14",
    title: "abort ends the session at once, without a close frame",
    needs: ["abort"],
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        call.scope.connection.abort("enough");
        return [await call.receive(), call.scope.connection.disconnectDetail];
      });
      const session = await opened(await kit.serve(app));
      assert.deepEqual(await next(session), { type: "end" });
      assert.deepEqual(await result, [disconnect(1006, "app_abort"), "enough"]);
    },
  },
  {
    id: "ws-31",
    rule: "WS-15, WS-14, WS-18, APP-16",
    title: "a receive that waits gets the disconnect event, one given up takes nothing",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        const given = new AbortController();
        const first = call.receive({ signal: given.signal });
        const second = call.receive();
        given.abort(new Error("given up"));
        await assert.rejects(first, /given up/);
        return second;
      });
      const session = await opened(await kit.serve(app));
      await session.close(1000);
      assert.deepEqual(await result, disconnect(1000, ""));
    },
  },
];
