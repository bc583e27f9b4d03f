/** PAGI cases: how an exchange ends, and what the connection object says about it. */
import assert from "node:assert/strict";
import type { Connection, DisconnectReason } from "../../pagi/connection.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, piece, signal, start, watched } from "./suite-tools.ts";

/** Resolves when a promise chain of any ordinary length has run. */
function soon(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** Notes in which order the parts of a connection object tell of an abnormal end, and with which reason. */
function observeEnd(connection: Connection): { readonly order: string[]; readonly reasons: unknown[] } {
  const order: string[] = [];
  const reasons: unknown[] = [];
  connection.signal.addEventListener("abort", () => {
    order.push(connection.isConnected ? "too early" : "signal");
    reasons.push(connection.disconnectReason);
  });
  connection.onDisconnect((reason) => {
    order.push("first");
    reasons.push(reason);
    throw new Error("a listener that throws");
  });
  connection.onDisconnect(() => void order.push("second"));
  connection.onComplete(() => void order.push("complete"));
  return { order, reasons };
}

/** Cases on `scope.connection`. */
export const disconnectCases: readonly CaseDefinition[] = [
  {
    id: "pagi-70",
    rule: "CONN-3, CONN-8, CONN-9, CONN-12",
    title: "a clean end runs onComplete, resolves closed with null and aborts no signal",
    async run(kit) {
      const completed = signal<Connection>();
      let disconnected = false;
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          const { connection } = scope;
          connection.onComplete(() => completed.resolve(connection));
          connection.onDisconnect(() => {
            disconnected = true;
          });
          assert.equal(connection.isConnected, true);
          await answer(send);
        }),
      );
      await client.request();
      const connection = await completed.promise;
      assert.equal(await connection.closed, null);
      assert.equal(connection.isConnected, false);
      assert.equal(connection.responseComplete, true);
      assert.equal(connection.disconnectReason, null);
      assert.equal(connection.signal.aborted, false);
      assert.equal(disconnected, false);
    },
  },
  {
    id: "pagi-71",
    rule: "CONN-11",
    title: "responseStarted turns true with the start, also for the server's own 500",
    async run(kit) {
      const seen: boolean[] = [];
      const failed = signal<Connection>();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          if (scope.path === "/throw") {
            failed.resolve(scope.connection);
            throw new Error("no start");
          }
          seen.push(scope.connection.responseStarted);
          await start(send);
          seen.push(scope.connection.responseStarted);
          await piece(send, "ok", false);
        }),
      );
      await client.request();
      assert.deepEqual(seen, [false, true]);
      assert.equal((await client.request({ path: "/throw" })).status, 500);
      assert.equal((await failed.promise).responseStarted, true);
    },
  },
  {
    id: "pagi-72",
    rule: "CONN-4, CONN-7, CONN-9, CONN-10, CONN-13, CONN-17",
    title: "a lost client: reason, then closed and signal, then listeners, then the pending receive",
    needs: ["disconnect"],
    async run(kit) {
      const ready = signal();
      const { app, result } = watched(async ({ scope, receive, send }) => {
        const { order, reasons } = observeEnd(scope.connection);
        await receive();
        const pending = receive();
        await start(send);
        await piece(send, "part");
        ready.resolve();
        const event = await pending;
        order.push("receive");
        reasons.push(event.type === "http.disconnect" ? event.reason : event, await scope.connection.closed);
        return { order, reasons, message: String(scope.connection.signal.reason) };
      });
      const client = await kit.serve(app);
      const exchange = client.open();
      await ready.promise;
      await exchange.read();
      exchange.disconnect();
      const { order, reasons, message } = await result;
      assert.deepEqual(order, ["signal", "first", "second", "receive"]);
      assert.deepEqual(new Set(reasons).size, 1);
      assert.ok(
        ["client_closed", "read_error", "write_error"].includes(String(reasons[0])),
        String(reasons[0]),
      );
      assert.ok(message.includes(String(reasons[0])));
    },
  },
  {
    id: "pagi-73",
    rule: "APP-15",
    title: "after the client has gone send resolves and does nothing",
    needs: ["disconnect"],
    async run(kit) {
      const ready = signal();
      const { app, result } = watched(async ({ scope, send }) => {
        await start(send);
        await piece(send, "part");
        ready.resolve();
        await scope.connection.closed;
        await piece(send, "lost");
        await piece(send, "lost", false);
        return scope.connection.responseComplete;
      });
      const client = await kit.serve(app);
      const exchange = client.open();
      await ready.promise;
      exchange.disconnect();
      assert.equal(await result, false);
    },
  },
  {
    id: "pagi-74",
    rule: "HTTP-27",
    title: "an app that stops without a response after the client has gone harms nobody",
    needs: ["disconnect"],
    async run(kit) {
      const called = signal();
      const { app, result } = watched(async ({ scope, send }) => {
        if (scope.path !== "/leave") return answer(send);
        called.resolve();
        await scope.connection.closed;
      });
      const client = await kit.serve(app);
      const exchange = client.open({ path: "/leave" });
      await called.promise;
      exchange.disconnect();
      await result;
      assert.equal((await client.request()).text(), "ok");
    },
  },
  {
    id: "pagi-75",
    rule: "CONN-7, CONN-8",
    title: "late listeners run soon, and only those that fit the end",
    async run(kit) {
      const ended = signal<Connection>();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          scope.connection.onComplete(() => ended.resolve(scope.connection));
          await answer(send);
        }),
      );
      await client.request();
      const connection = await ended.promise;
      const order: string[] = [];
      connection.onDisconnect(() => void order.push("disconnect"));
      connection.onComplete(() => void order.push("complete"));
      order.push("registered");
      await soon();
      assert.deepEqual(order, ["registered", "complete"]);
    },
  },
  {
    id: "pagi-76",
    rule: "CONN-14, CONN-15",
    title: "abort cuts this exchange at once with app_abort, and tells nobody inside the call",
    needs: ["abort"],
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        const { connection } = scope;
        const reasons: (DisconnectReason | string)[] = [];
        connection.onDisconnect((reason, detail) => void reasons.push(reason, String(detail)));
        await start(send);
        await piece(send, "part");
        connection.abort("enough");
        const inside = reasons.length + Number(connection.isConnected);
        await connection.closed;
        await piece(send, "lost", false);
        await soon();
        return { inside, reasons };
      });
      const client = await kit.serve(app);
      const response = await client.request();
      assert.equal(response.complete, false);
      assert.deepEqual(await result, { inside: 0, reasons: ["app_abort", "enough"] });
    },
  },
  {
    id: "pagi-77",
    rule: "CONN-15",
    title: "abort before a start closes without a response, and after the end does nothing",
    needs: ["abort"],
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          if (scope.path === "/before") return scope.connection.abort();
          await answer(send);
          await scope.connection.closed;
          return scope.connection.abort();
        }),
      );
      await assert.rejects(client.request({ path: "/before" }), /closed before a response/);
      const response = await client.request({ path: "/after" });
      assert.ok(response.complete);
    },
  },
];
