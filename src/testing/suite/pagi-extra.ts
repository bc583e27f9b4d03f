/** PAGI cases: trailers, informational responses and flushing. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, piece, PLAIN, signal, start } from "./suite-tools.ts";

/** Cases on what an extension or a promise adds to a response. */
export const extraCases: readonly CaseDefinition[] = [
  {
    id: "pagi-30",
    rule: "HTTP-17",
    title: "promised trailers come after the body and complete the response",
    needs: ["responseTrailers"],
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await send({ type: "http.response.start", status: 200, headers: PLAIN, trailers: true });
          await piece(send, "one");
          await piece(send, "two", false);
          await send({ type: "http.response.trailers", headers: [["x-sum", "6"]] });
        }),
      );
      const response = await client.request({ headers: [["TE", "trailers"]] });
      assert.equal(response.text(), "onetwo");
      assert.ok(response.complete);
      assert.deepEqual(response.trailers, [["x-sum", "6"]]);
    },
  },
  {
    id: "pagi-31",
    rule: "HTTP-17, HTTP-28",
    title: "a response whose promised trailers never come is incomplete",
    needs: ["responseTrailers"],
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await send({ type: "http.response.start", status: 200, headers: PLAIN, trailers: true });
          await piece(send, "one");
          await piece(send, "two", false);
        }),
      );
      const response = await client.request();
      assert.equal(response.complete, false);
    },
  },
  {
    id: "pagi-32",
    rule: "EXT-HINT-1",
    title: "informational responses come before the final one",
    needs: ["earlyHints"],
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          assert.ok(scope.extensions.earlyHints !== undefined);
          for (const link of ["</a.css>; rel=preload", "</b.css>; rel=preload"]) {
            await send({ type: "http.response.informational", status: 103, headers: [["link", link]] });
          }
          await answer(send);
        }),
      );
      const response = await client.request();
      assert.equal(response.status, 200);
      assert.deepEqual(
        response.informational.map(({ status, headers }) => [status, headers[0]?.[1]]),
        [
          [103, "</a.css>; rel=preload"],
          [103, "</b.css>; rel=preload"],
        ],
      );
    },
  },
  {
    id: "pagi-33",
    rule: "EXT-FLUSH-2",
    title: "a flush sends the head before the first piece of the body",
    needs: ["fullflush"],
    async run(kit) {
      const read = signal();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          assert.ok(scope.extensions.fullflush !== undefined);
          await start(send);
          await send({ type: "http.fullflush" });
          await read.promise;
          await piece(send, "late", false);
        }),
      );
      const exchange = client.open();
      assert.equal((await exchange.head()).status, 200);
      read.resolve();
      assert.equal((await exchange.response()).text(), "late");
    },
  },
];
