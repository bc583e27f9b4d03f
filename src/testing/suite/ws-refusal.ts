/** Cases on WebSockets that are refused, answered too late, or come too late. */
import assert from "node:assert/strict";
import { HttpError } from "../../http/errors.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { refused, signal } from "./suite-tools.ts";
import { accept, next, opened, sessionApp, untilEnd, watchedSession } from "./ws-tools.ts";

/** Cases on refusals. */
export const wsRefusalCases: readonly CaseDefinition[] = [
  {
    id: "ws-08",
    rule: "WS-3, WS-12",
    title: "before an answer everything else is refused, and a success is no refusal",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        for (const type of [
          "websocket.send",
          "websocket.close",
          "websocket.keepalive",
          "http.response.body",
        ]) {
          await refused(call.send, { type, text: "early", interval: 1 });
        }
        for (const status of [200, 204, 299])
          await refused(call.send, { type: "http.response.start", status });
        await accept(call);
        return untilEnd(call);
      });
      const client = await kit.serve(app);
      (await opened(client)).leave();
      await result;
    },
  },
  {
    id: "ws-09",
    rule: "WS-12, WS-13, WS-3, CONN-16",
    title: "a refusal is a response like any other and a clean end",
    async run(kit) {
      const { app, result } = watchedSession(async ({ scope, receive, send }) => {
        await receive();
        await send({ type: "http.response.start", status: 403, headers: [["x-why", "closed"]] });
        await refused(send, { type: "websocket.accept" });
        await send({ type: "http.response.body", body: "not ", more: true });
        await send({ type: "http.response.body", body: "here" });
        return [await receive(), await receive(), await scope.connection.closed];
      });
      const client = await kit.serve(app);
      const { head } = await client.session();
      assert.equal(head.status, 403);
      assert.ok(head.headers.some(([name, value]) => name === "x-why" && value === "closed"));
      const end = { type: "websocket.disconnect", code: 1006, reason: "" };
      assert.deepEqual(await result, [end, end, null]);
    },
  },
  {
    id: "ws-10",
    rule: "WS-19, HTTP-27",
    title: "an app that returns or throws without an answer is answered for",
    async run(kit) {
      const client = await kit.serve(
        sessionApp(async ({ scope }) => {
          if (scope.path === "/throw") throw new Error("broken");
          if (scope.path === "/teapot") throw new HttpError(418, "no coffee");
          if (scope.path === "/success") throw new HttpError(200, "a success is none");
        }),
      );
      const expected = { "/return": 500, "/throw": 500, "/teapot": 418, "/success": 500 };
      for (const [path, status] of Object.entries(expected)) {
        assert.equal((await client.session({ path })).head.status, status, path);
      }
    },
  },
  {
    id: "ws-11",
    rule: "HTTP-27, WS-19",
    title: "an app that does not answer in time is answered for with 503",
    needs: ["limits"],
    async run(kit) {
      const { app, result } = watchedSession(async ({ receive }) => [await receive(), await receive()]);
      const client = await kit.serve(app, { acceptMs: 50 });
      assert.equal((await client.session()).head.status, 503);
      assert.equal((await result)[1]?.type, "websocket.disconnect");
    },
  },
  {
    id: "ws-12",
    rule: "WS-18, WS-1",
    title: "a session that is accepted while the server stops ends at once",
    async run(kit) {
      const [called, gate] = [signal(), signal()];
      const server = await kit.start(
        sessionApp(async (call) => {
          called.resolve();
          await gate.promise;
          await accept(call);
          await untilEnd(call);
        }),
      );
      const opening = opened(server.client);
      await called.promise;
      const closing = server.close();
      setTimeout(gate.resolve, 20);
      const session = await opening;
      assert.deepEqual(await next(session), { type: "close", code: 1012, reason: "server_shutdown" });
      session.leave();
      await closing;
    },
  },
];
