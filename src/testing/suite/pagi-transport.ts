/** PAGI cases: backpressure and the transport object. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { fixture, httpApp, piece, signal, start, watched } from "./suite-tools.ts";

/** More than any socket buffer of a local connection takes. */
const PLENTY = 64 * 1024 * 1024;
const PIECE = fixture(256 * 1024);

/** Waits until `value` has stayed the same for a good while: the app is held back. */
async function settled(value: () => number): Promise<number> {
  let last = -1;
  for (let same = 0; same < 10;) {
    same = value() === last ? same + 1 : 0;
    last = value();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return last;
}

/** Cases on pacing. */
export const transportCases: readonly CaseDefinition[] = [
  {
    id: "pagi-78",
    rule: "TRANS-2, SCOPE-12",
    title: "the transport tells its marks and an empty queue",
    needs: ["transport"],
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        const { transport } = scope;
        await start(send);
        await piece(send, "ok", false);
        return transport;
      });
      const client = await kit.serve(app);
      await client.request();
      const transport = await result;
      assert.ok(transport !== undefined);
      assert.ok(Number.isInteger(transport.highWaterMark) && Number.isInteger(transport.lowWaterMark));
      assert.ok(transport.lowWaterMark >= 0 && transport.lowWaterMark <= transport.highWaterMark);
      assert.ok(Number.isInteger(transport.bufferedAmount) && transport.bufferedAmount >= 0);
    },
  },
  {
    id: "pagi-79",
    rule: "TRANS-1",
    title: "send stays pending while the client does not read, and goes on when it does",
    needs: ["backpressure"],
    async run(kit) {
      let sent = 0;
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await start(send);
          while (sent < PLENTY) {
            await piece(send, PIECE);
            sent += PIECE.length;
          }
          await piece(send, "", false);
        }),
      );
      const exchange = client.open();
      await exchange.head();
      const held = await settled(() => sent);
      assert.ok(held < PLENTY, `${held} bytes were accepted with nobody reading`);
      const response = await exchange.response();
      assert.equal(response.body.length, PLENTY);
      assert.ok(response.complete);
    },
  },
  {
    id: "pagi-80",
    rule: "TRANS-3, TRANS-4, TRANS-5",
    title: "onHighWater and onDrain run at real crossings, in order",
    needs: ["transport", "backpressure"],
    async run(kit) {
      const calls: string[] = [];
      const high = signal();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          scope.transport?.onHighWater(() => {
            calls.push("high");
            high.resolve();
            throw new Error("a listener that throws");
          });
          scope.transport?.onHighWater(() => void calls.push("high again"));
          scope.transport?.onDrain(() => void calls.push("drain"));
          await start(send);
          for (let sent = 0; sent < PLENTY; sent += PIECE.length) await piece(send, PIECE);
          await piece(send, "", false);
        }),
      );
      const exchange = client.open();
      await exchange.head();
      await high.promise;
      await exchange.response();
      assert.deepEqual(calls.slice(0, 3), ["high", "high again", "drain"]);
    },
  },
  {
    id: "pagi-81",
    rule: "APP-15",
    title: "a send that is held back resolves when the client leaves",
    needs: ["backpressure", "disconnect"],
    async run(kit) {
      let sent = 0;
      const { app, result } = watched(async ({ scope, send }) => {
        await start(send);
        while (scope.connection.isConnected) {
          await piece(send, PIECE);
          sent += PIECE.length;
        }
        return scope.connection.disconnectReason;
      });
      const client = await kit.serve(app);
      const exchange = client.open();
      await exchange.head();
      await settled(() => sent);
      exchange.disconnect();
      assert.notEqual(await result, null);
    },
  },
];
