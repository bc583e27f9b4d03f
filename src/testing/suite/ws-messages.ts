/** Cases on an open WebSocket: messages, fragments, pings, pace. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { frame, OPCODE } from "../client-session.ts";
import { fixture, refused } from "./suite-tools.ts";
import { accept, echo, next, opened, untilEnd, watchedSession } from "./ws-tools.ts";

/** Cases on messages. */
export const wsMessageCases: readonly CaseDefinition[] = [
  {
    id: "ws-13",
    rule: "WS-6, WS-7, WS-17",
    title: "text is decoded and encoded, bytes pass untouched, of every size a frame can tell in its own way",
    async run(kit) {
      const session = await opened(await kit.serve(echo));
      for (const text of [
        "",
        "a",
        "h\xe9llo \u{1f40d}",
        "x".repeat(125),
        "x".repeat(126),
        "y".repeat(65_536),
      ]) {
        await session.text(text);
        assert.deepEqual(await next(session), { type: "text", text });
      }
      for (const bytes of [
        Buffer.alloc(0),
        Buffer.from([0, 10, 13, 255]),
        fixture(65_535),
        fixture(100_000),
      ]) {
        await session.bytes(bytes);
        const back = await next(session);
        assert.ok(back.type === "bytes" && Buffer.from(back.bytes).equals(bytes), `${bytes.length} bytes`);
      }
      session.leave();
    },
  },
  {
    id: "ws-14",
    rule: "WS-17",
    title: "fragments make one message, pings in between are answered with their data",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        return untilEnd(call);
      });
      const session = await opened(await kit.serve(app));
      await session.raw(frame(OPCODE.text, Buffer.from([0xe2, 0x82]), { isLast: false }));
      await session.ping("one");
      await session.raw(frame(OPCODE.more, "", { isLast: false }));
      await session.raw(frame(OPCODE.pong, "nobody asked"));
      await session.raw(frame(OPCODE.more, Buffer.from([0xac])));
      assert.deepEqual(await next(session), { type: "pong", data: "one" });
      await session.close(1000);
      const euro = { type: "websocket.receive", text: "\u20ac" };
      assert.deepEqual(await result, [euro, { type: "websocket.disconnect", code: 1000, reason: "" }]);
    },
  },
  {
    id: "ws-15",
    rule: "WS-17",
    title: "frames arrive whole however they are cut on the way",
    async run(kit) {
      const session = await opened(await kit.serve(echo));
      const bytes = Buffer.concat([frame(OPCODE.text, "first"), frame(OPCODE.text, "second".repeat(40))]);
      for (const byte of bytes) await session.raw(Buffer.from([byte]));
      assert.deepEqual(await next(session), { type: "text", text: "first" });
      assert.deepEqual(await next(session), { type: "text", text: "second".repeat(40) });
      const many = Array.from({ length: 500 }, (_, index) => frame(OPCODE.text, String(index)));
      await session.raw(Buffer.concat(many));
      for (let index = 0; index < 500; index++) {
        assert.deepEqual(await next(session), { type: "text", text: String(index) });
      }
      session.leave();
    },
  },
  {
    id: "ws-16",
    rule: "WS-7, WS-10, WS-4, APP-13, EXT-FLUSH-1, APP-11",
    title: "what is no message is refused on an open session and leaves it unharmed",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        const { send } = call;
        await refused(send, { type: "websocket.send" });
        await refused(send, { type: "websocket.send", text: "a", bytes: new Uint8Array(1) });
        await refused(send, { type: "websocket.send", text: 1 });
        await refused(send, { type: "websocket.send", bytes: "text" });
        await refused(send, { type: "websocket.accept" });
        await refused(send, { type: "http.response.start", status: 403 });
        await refused(send, { type: "http.response.body", body: "x" });
        await refused(send, { type: "http.fullflush" });
        await refused(send, { type: "websocket.shout", text: "a" });
        await send({ type: "websocket.send", text: "unharmed" });
        return untilEnd(call);
      });
      const session = await opened(await kit.serve(app));
      assert.deepEqual(await next(session), { type: "text", text: "unharmed" });
      session.leave();
      await result;
    },
  },
];
