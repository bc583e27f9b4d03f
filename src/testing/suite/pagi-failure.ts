/** PAGI cases: apps that throw, stop early or say nothing. */
import assert from "node:assert/strict";
import type { DisconnectReason } from "../../pagi/connection.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, piece, signal, start } from "./suite-tools.ts";

/** Cases on missing and incomplete responses. */
export const failureCases: readonly CaseDefinition[] = [
  {
    id: "pagi-60",
    rule: "HTTP-27, APP-4",
    title: "an app that throws before a start is answered 500, and the server goes on",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          if (scope.path === "/throw") throw new Error("secret detail");
          await answer(send);
        }),
      );
      const response = await client.request({ path: "/throw" });
      assert.equal(response.status, 500);
      assert.ok(!response.text().includes("secret detail"), "the client must not see the message");
      assert.equal((await client.request()).text(), "ok");
    },
  },
  {
    id: "pagi-61",
    rule: "HTTP-27",
    title: "an app that returns without a response is answered 500",
    async run(kit) {
      const client = await kit.serve(httpApp(async () => {}));
      assert.equal((await client.request()).status, 500);
      assert.equal((await client.request()).status, 500);
    },
  },
  {
    id: "pagi-62",
    rule: "HTTP-28",
    title: "an app that throws between pieces leaves a response without a proper end",
    async run(kit) {
      const ended = signal<DisconnectReason>();
      let completed = false;
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          scope.connection.onDisconnect(ended.resolve);
          scope.connection.onComplete(() => {
            completed = true;
          });
          await start(send);
          await piece(send, "part");
          throw new Error("between pieces");
        }),
      );
      const response = await client.request();
      assert.equal(response.complete, false);
      assert.equal(await ended.promise, "server_error");
      assert.equal(completed, false);
    },
  },
  {
    id: "pagi-63",
    rule: "HTTP-28",
    title: "an app that returns short of its content-length leaves a response without a proper end",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await start(send, [["content-length", "10"]]);
          await piece(send, "part");
        }),
      );
      const response = await client.request();
      assert.equal(response.text(), "part");
      assert.equal(response.complete, false);
    },
  },
  {
    id: "pagi-64",
    rule: "HTTP-28",
    title: "nothing is served on a connection whose response was left incomplete",
    needs: ["http1", "keepAlive", "wire"],
    async run(kit) {
      const paths: string[] = [];
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          paths.push(scope.path);
          await start(send);
          await piece(send, "part");
        }),
      );
      const connection = await client.connect();
      const request = (path: string): string => `GET ${kit.mount}${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
      await connection.write(request("/1") + request("/2"));
      await connection.source.rest();
      assert.deepEqual(paths, ["/1"]);
    },
  },
  {
    id: "pagi-65",
    rule: "HTTP-28",
    title: "an app that stops after its start alone never looks successful",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await start(send);
        }),
      );
      const exchange = client.open();
      const outcome = await exchange.response().catch(() => undefined);
      if (outcome !== undefined) assert.ok(outcome.status >= 500 || !outcome.complete);
    },
  },
  {
    id: "pagi-66",
    rule: "HTTP-29",
    title: "an exception after the end leaves the request completed",
    async run(kit) {
      const completed = signal();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          scope.connection.onComplete(completed.resolve);
          await answer(send);
          throw new Error("after the end");
        }),
      );
      const response = await client.request();
      assert.ok(response.complete);
      assert.equal(response.text(), "ok");
      await completed.promise;
    },
  },
  {
    id: "pagi-67",
    rule: "APP-4",
    title: "an app that fails harms no other exchange under way",
    async run(kit) {
      const gate = signal();
      const waiting = signal();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          if (scope.path === "/throw") throw new Error("fails alone");
          await start(send);
          await piece(send, "before ");
          waiting.resolve();
          await gate.promise;
          await piece(send, "after", false);
        }),
      );
      const exchange = client.open({ path: "/slow" });
      await waiting.promise;
      assert.equal((await client.request({ path: "/throw" })).status, 500);
      gate.resolve();
      assert.equal((await exchange.response()).text(), "before after");
    },
  },
  {
    id: "pagi-68",
    rule: "APP-4",
    title: "an app that throws at once, or throws no error, is answered 500",
    async run(kit) {
      const client = await kit.serve((scope) => {
        if (scope.type !== "http") return Promise.reject(new Error("declined"));
        // oxlint-disable-next-line no-throw-literal
        if (scope.path === "/odd") throw "a string";
        if (scope.path === "/nothing") return Promise.reject(undefined);
        throw new Error("synchronous");
      });
      for (const path of ["/odd", "/nothing", "/error"]) {
        assert.equal((await client.request({ path })).status, 500, path);
      }
    },
  },
  {
    id: "pagi-69",
    rule: "APP-5",
    title: "the value of the app's promise is ignored",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await answer(send);
          return { status: 500 };
        }),
      );
      assert.equal((await client.request()).status, 200);
    },
  },
];
