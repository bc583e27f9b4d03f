/** Cases on an open WebSocket and time: pings, pace, waiting messages. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { closeBody, frame, OPCODE } from "../client-session.ts";
import { withDeadline } from "../deadline.ts";
import { fixture, refused, signal } from "./suite-tools.ts";
import { accept, next, opened, sessionApp, untilEnd, watchedSession } from "./ws-tools.ts";

/** More than the buffers of a local connection and the queues of a server take. */
const PLENTY = 64 * 1024 * 1024;
const PIECE = fixture(256 * 1024);

/** Waits until `value` has stayed the same for a good while: somebody is held back. */
async function settled(value: () => number): Promise<number> {
  let last = -1;
  for (let same = 0; same < 10;) {
    same = value() === last ? same + 1 : 0;
    last = value();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return last;
}

/** Cases on pace. */
export const wsPaceCases: readonly CaseDefinition[] = [
  {
    id: "ws-17",
    rule: "WS-11",
    title: "keepalive pings until it is stopped, and the last call wins",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        const { send } = call;
        await refused(send, { type: "websocket.keepalive", interval: -1 });
        await refused(send, { type: "websocket.keepalive", interval: "1" });
        await refused(send, { type: "websocket.keepalive" });
        await refused(send, { type: "websocket.keepalive", interval: 1, timeout: 0 });
        await send({ type: "websocket.keepalive", interval: 60 });
        await send({ type: "websocket.keepalive", interval: 0.02 });
        await call.receive();
        await send({ type: "websocket.keepalive", interval: 0 });
        await send({ type: "websocket.send", text: "stopped" });
        return untilEnd(call);
      });
      const session = await opened(await kit.serve(app));
      for (let count = 0; count < 3; count++)
        assert.deepEqual(await next(session), { type: "ping", data: "" });
      await session.text("stop");
      let event = await next(session);
      while (event.type === "ping") event = await next(session);
      assert.deepEqual(event, { type: "text", text: "stopped" });
      await new Promise((resolve) => setTimeout(resolve, 60));
      await session.close(1000);
      assert.equal((await next(session)).type, "close");
      await result;
    },
  },
  {
    id: "ws-18",
    rule: "WS-11, WS-14, CONN-4",
    title: "pongs keep a session, a missing one ends it with keepalive_timeout",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        await call.send({ type: "websocket.keepalive", interval: 0.02, timeout: 0.3 });
        return [await untilEnd(call), call.scope.connection.disconnectReason];
      });
      const session = await opened(await kit.serve(app));
      const until = performance.now() + 600;
      while (performance.now() < until) {
        if ((await next(session)).type === "ping") await session.raw(frame(OPCODE.pong, ""));
      }
      await session.text("still here");
      const end = { type: "websocket.disconnect", code: 1006, reason: "keepalive_timeout" };
      const message = { type: "websocket.receive", text: "still here" };
      assert.deepEqual(await result, [[message, end], "keepalive_timeout"]);
    },
  },
  {
    id: "ws-19",
    rule: "TRANS-1, WS-7",
    title: "send stays pending while the client does not read, and goes on when it does",
    needs: ["backpressure"],
    async run(kit) {
      let sent = 0;
      const client = await kit.serve(
        sessionApp(async (call) => {
          await accept(call);
          while (sent < PLENTY) {
            await call.send({ type: "websocket.send", bytes: PIECE });
            sent += PIECE.length;
          }
          await call.send({ type: "websocket.close" });
        }),
      );
      const session = await opened(client);
      const held = await settled(() => sent);
      assert.ok(held < PLENTY, `${held} bytes were accepted with nobody reading`);
      let got = 0;
      for (let event = await next(session); event.type === "bytes"; event = await next(session)) {
        got += event.bytes.length;
      }
      assert.equal(got, PLENTY);
      session.leave();
    },
  },
  {
    id: "ws-20",
    rule: "WS-17, SCOPE-14",
    title: "a client that is faster than the app is held back, and nothing is lost",
    needs: ["backpressure"],
    async run(kit) {
      const gate = signal();
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        await gate.promise;
        let bytes = 0;
        for (;;) {
          const event = await call.receive();
          if (event.type !== "websocket.receive") return [bytes, event];
          bytes += event.bytes?.length ?? 0;
        }
      });
      const session = await opened(await kit.serve(app));
      let written = 0;
      const writing = (async () => {
        for (; written < PLENTY; written += PIECE.length) await session.bytes(PIECE);
        await session.close(1000);
      })();
      const held = await settled(() => written);
      assert.ok(held < PLENTY, `${held} bytes were taken with nobody receiving`);
      gate.resolve();
      await withDeadline(writing, "the rest to be taken");
      const end = { type: "websocket.disconnect", code: 1000, reason: "" };
      assert.deepEqual(await result, [PLENTY, end]);
    },
  },
  {
    id: "ws-21",
    rule: "WS-17, WS-6",
    title: "no message is lost when thousands of them wait, with a close behind them",
    async run(kit) {
      const gate = signal();
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        await gate.promise;
        return untilEnd(call);
      });
      const session = await opened(await kit.serve(app));
      const count = 20_000;
      const frames = Array.from({ length: count }, (_, index) => frame(OPCODE.text, String(index)));
      const writing = session.raw(Buffer.concat([...frames, frame(OPCODE.close, closeBody(1000))]));
      // Time enough for a server that cannot hold the client back to take more than it may keep.
      await new Promise((resolve) => setTimeout(resolve, 500));
      gate.resolve();
      const events = await result;
      await writing;
      assert.equal(events.length, count + 1);
      assert.ok(
        events.every((event, index) => event.type !== "websocket.receive" || event.text === String(index)),
      );
    },
  },
];
