/** Adapter cases: failures, losses and pace. */
import { nextTurn } from "../../exchange/next-turn.ts";
import assert from "node:assert/strict";
import { HttpError } from "../../http/errors.ts";
import type { App } from "../../pagi/app.ts";
import type { DisconnectReason } from "../../pagi/connection.ts";
import {
  type AdapterDefinition,
  type AdapterKit,
  closedGate,
  httpOnly,
  respond,
  until,
} from "../adapter-case.ts";

const PIECE = new Uint8Array(65_536);
/** Far more than all buffers on the way together. */
const PLENTY = 400;

/** The status of an app that gives no response. */
async function statusOf(kit: AdapterKit, app: App): Promise<number> {
  return (await kit.client(app).request()).status;
}

/** Waits until a number has stood still for a while of turns. */
async function calm(count: () => number): Promise<number> {
  let last = -1;
  for (let turns = 0; turns < 100; turns++) {
    if (count() !== last) turns = 0;
    last = count();
    await nextTurn();
  }
  return last;
}

/** Cases on endings. */
export const endingCases: readonly AdapterDefinition[] = [
  {
    id: "adapter-36",
    title: "an app that throws before its head is a 500",
    async run(kit) {
      const app = httpOnly(() => Promise.reject(new Error("on purpose")));
      assert.equal(await statusOf(kit, app), 500);
    },
  },
  {
    id: "adapter-37",
    title: "an app that returns without a response is a 500",
    async run(kit) {
      assert.equal(
        await statusOf(
          kit,
          httpOnly(async () => undefined),
        ),
        500,
      );
    },
  },
  {
    id: "adapter-38",
    title: "an HttpError that is thrown is answered with its status",
    async run(kit) {
      const app = httpOnly(() => Promise.reject(new HttpError(418, "a teapot")));
      assert.equal(await statusOf(kit, app), 418);
    },
  },
  {
    id: "adapter-39",
    title: "an app that throws after a piece leaves a response that is visibly incomplete",
    async run(kit) {
      const gate = closedGate();
      const app = httpOnly(async ({ send }) => {
        await send({ type: "http.response.start", status: 200 });
        await send({ type: "http.response.body", body: "piece", more: true });
        await gate.wait();
        throw new Error("on purpose");
      });
      const exchange = kit.client(app).open();
      assert.equal(Buffer.from((await exchange.read())!).toString(), "piece");
      gate.open();
      assert.deepEqual([await exchange.read(), exchange.complete], [undefined, false]);
    },
  },
  {
    id: "adapter-40",
    title: "an app that aborts after a piece leaves a response that is visibly incomplete",
    async run(kit) {
      const gate = closedGate();
      let reason: DisconnectReason | null = null;
      const app = httpOnly(async ({ scope, send }) => {
        await send({ type: "http.response.start", status: 200 });
        await send({ type: "http.response.body", body: "piece", more: true });
        await gate.wait();
        scope.connection.abort("on purpose");
        reason = await scope.connection.closed;
      });
      const exchange = kit.client(app).open();
      await exchange.read();
      gate.open();
      assert.deepEqual([await exchange.read(), exchange.complete], [undefined, false]);
      await until(() => reason === "app_abort", "the reason");
    },
  },
  {
    id: "adapter-41",
    title: "an app that aborts before its head leaves no response",
    loss: "abortBeforeHead",
    async run(kit) {
      const app = httpOnly(async ({ scope }) => scope.connection.abort());
      await assert.rejects(kit.client(app).open().head());
    },
  },
  {
    id: "adapter-42",
    title: "a client that reads nothing holds the app back, and lets it go on when it reads",
    async run(kit) {
      let sent = 0;
      const app = httpOnly(async ({ send }) => {
        await send({ type: "http.response.start", status: 200 });
        for (; sent < PLENTY; sent++) await send({ type: "http.response.body", body: PIECE, more: true });
        await send({ type: "http.response.body" });
      });
      const exchange = kit.client(app).open();
      await exchange.head();
      assert.ok((await calm(() => sent)) < PLENTY, "everything was taken with nobody reading");
      assert.equal((await exchange.response()).body.byteLength, PLENTY * PIECE.byteLength);
    },
  },
  {
    id: "adapter-43",
    title: "a client that leaves while the app sends is told to it, and later sends resolve",
    async run(kit) {
      const reasons: (DisconnectReason | null)[] = [];
      const app = httpOnly(async ({ scope, send }) => {
        await send({ type: "http.response.start", status: 200 });
        while (scope.connection.isConnected) {
          await send({ type: "http.response.body", body: PIECE, more: true });
        }
        await send({ type: "http.response.body", body: "into the void", more: true });
        reasons.push(scope.connection.disconnectReason);
        if (scope.connection.signal.aborted) reasons.push(await scope.connection.closed);
      });
      const exchange = kit.client(app).open();
      await exchange.read();
      exchange.disconnect();
      await until(() => reasons.length === 2, "the reasons");
      assert.deepEqual(reasons, ["client_closed", "client_closed"]);
    },
  },
  {
    id: "adapter-44",
    title: "a client that leaves while the app waits is told to it",
    loss: "idleDisconnect",
    async run(kit) {
      const notes: string[] = [];
      const app = httpOnly(async ({ scope, receive }) => {
        notes.push("called");
        scope.connection.onDisconnect((reason) => void notes.push(reason));
        await receive();
        notes.push((await receive()).type);
      });
      const exchange = kit.client(app).open();
      exchange.head().catch(() => undefined);
      await until(() => notes.length === 1, "the call");
      exchange.disconnect();
      await until(() => notes.length === 3, "the disconnect");
      assert.deepEqual(notes, ["called", "client_closed", "http.disconnect"]);
    },
  },
  {
    id: "adapter-45",
    title: "an exchange that ends well says so and aborts nothing",
    async run(kit) {
      const notes: unknown[] = [];
      const app = httpOnly(async ({ scope, receive, send }) => {
        const { connection } = scope;
        connection.onDisconnect(() => notes.push("disconnect"));
        connection.onComplete(() => notes.push("complete"));
        await receive();
        await respond(send, "ok");
        notes.push(await connection.closed, connection.signal.aborted, (await receive()).type);
      });
      await kit.client(app).request();
      await until(() => notes.length >= 4, "the end");
      assert.deepEqual(new Set(notes), new Set(["complete", null, false, "http.disconnect"]));
    },
  },
];
