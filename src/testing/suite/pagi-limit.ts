/** PAGI cases: what a server does under load, with slow clients, and while it stops. */
import assert from "node:assert/strict";
import { BodyScript } from "../body-script.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, piece, signal, start, watched } from "./suite-tools.ts";

/** Cases on admission, timeouts and stopping. */
export const limitCases: readonly CaseDefinition[] = [
  {
    id: "pagi-89",
    rule: "HTTP-36",
    title: "a request above the number at once is answered 503, and the next one is served",
    needs: ["limits"],
    async run(kit) {
      const [busy, gate] = [signal(), signal()];
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          busy.resolve();
          if (scope.path === "/slow") await gate.promise;
          await answer(send, scope.path);
        }),
        { maxExchanges: 1 },
      );
      const slow = client.open({ path: "/slow" });
      await busy.promise;
      assert.equal((await client.request({ path: "/too-much" })).status, 503);
      gate.resolve();
      assert.equal((await slow.response()).text(), "/slow");
      slow.disconnect();
      assert.equal((await client.request({ path: "/after" })).text(), "/after");
    },
  },
  {
    id: "pagi-90",
    rule: "HTTP-36, CONN-4",
    title: "a body that stalls is answered 408, and the app learns client_timeout",
    needs: ["limits"],
    async run(kit) {
      const { app, result } = watched(async ({ receive }) => {
        for (;;) {
          const event = await receive();
          if (event.type !== "http.request") return event;
        }
      });
      const client = await kit.serve(app, { bodyMs: 150 });
      const body = new BodyScript().push("part");
      const response = await client.request({ method: "POST", headers: [["Content-Length", "10"]], body });
      assert.equal(response.status, 408);
      assert.deepEqual(await result, { type: "http.disconnect", reason: "client_timeout" });
    },
  },
  {
    id: "pagi-91",
    rule: "HTTP-36",
    title: "an answer given while the server stops says connection: close",
    needs: ["http1", "keepAlive", "wire"],
    async run(kit) {
      const [running, gate] = [signal(), signal()];
      const server = await kit.start(
        httpApp(async ({ send }) => {
          running.resolve();
          await gate.promise;
          await start(send);
          await piece(send, "last", false);
        }),
      );
      const exchange = server.client.open();
      await running.promise;
      const closing = server.close();
      gate.resolve();
      const response = await exchange.response();
      assert.equal(response.text(), "last");
      assert.equal(response.header("connection"), "close");
      exchange.disconnect();
      await closing;
    },
  },
];
