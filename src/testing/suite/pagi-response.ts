/** PAGI cases: responses as they should be. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, fixture, httpApp, piece, PLAIN, signal, start } from "./suite-tools.ts";

/** Cases on response events that are right. */
export const responseCases: readonly CaseDefinition[] = [
  {
    id: "pagi-22",
    rule: "HTTP-11",
    title: "a string body goes out as UTF-8, bytes go out as they are",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await start(send);
          await piece(send, "\u3042\u00e9 ");
          await piece(send, Uint8Array.of(0, 255, 10), false);
        }),
      );
      const response = await client.request();
      assert.equal(response.byteString(), "\u00e3\u0081\u0082\u00c3\u00a9 \u0000\u00ff\n");
    },
  },
  {
    id: "pagi-23",
    rule: "HTTP-32",
    title: "a piece of a streamed body reaches the client before the next one is sent",
    async run(kit) {
      const gates = [signal(), signal()];
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await start(send);
          await piece(send, "one");
          await gates[0]?.promise;
          await piece(send, "");
          await piece(send, "two");
          await gates[1]?.promise;
          await piece(send, "", false);
        }),
      );
      const exchange = client.open();
      assert.equal((await exchange.head()).status, 200);
      assert.equal(Buffer.from((await exchange.read()) ?? []).toString(), "one");
      gates[0]?.resolve();
      assert.equal(Buffer.from((await exchange.read()) ?? []).toString(), "two");
      gates[1]?.resolve();
      assert.equal(await exchange.read(), undefined);
      assert.ok(exchange.complete);
    },
  },
  {
    id: "pagi-24",
    rule: "HTTP-9",
    title: "statusText is the reason phrase",
    needs: ["statusText"],
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await send({
            type: "http.response.start",
            status: 418,
            headers: PLAIN,
            statusText: "Short And Stout",
          });
          await send({ type: "http.response.body", body: "tea" });
        }),
      );
      const response = await client.request();
      assert.deepEqual([response.status, response.statusText], [418, "Short And Stout"]);
    },
  },
  {
    id: "pagi-25",
    rule: "HEAD-6",
    title: "repeated response fields stay repeated and in order",
    async run(kit) {
      const headers = [
        ["set-cookie", "a=1; Path=/"],
        ["x-a", "1"],
        ["set-cookie", "b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
        ["x-a", "2"],
      ] as const;
      const client = await kit.serve(httpApp(({ send }) => answer(send, "ok", headers)));
      const response = await client.request();
      const kept = response.headers.filter(([name]) => name === "set-cookie" || name === "x-a");
      assert.deepEqual(kept, headers);
    },
  },
  {
    id: "pagi-26",
    rule: "HTTP-34",
    title: "date is added when the app gave none, and the app's own stays alone",
    async run(kit) {
      const own = "Tue, 15 Nov 1994 08:12:31 GMT";
      const client = await kit.serve(
        httpApp(({ scope, send }) => answer(send, "ok", scope.path === "/own" ? [["date", own]] : [])),
      );
      const added = (await client.request({ path: "/" })).headerAll("date");
      assert.equal(added.length, 1);
      assert.ok(Math.abs(Date.parse(added[0] ?? "") - Date.now()) < 60_000);
      assert.deepEqual((await client.request({ path: "/own" })).headerAll("date"), [own]);
    },
  },
  {
    id: "pagi-27",
    rule: "HTTP-22, HTTP-32",
    title: "the app's content-length frames a body sent in pieces",
    async run(kit) {
      const body = fixture(100_000);
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await start(send, [["content-length", "100000"]]);
          await piece(send, body.subarray(0, 10));
          await piece(send, body.subarray(10, 70_000));
          await piece(send, body.subarray(70_000), false);
        }),
      );
      const response = await client.request();
      assert.deepEqual(response.headerAll("content-length"), ["100000"]);
      assert.equal(response.header("transfer-encoding"), undefined);
      assert.ok(body.equals(response.body));
    },
  },
  {
    id: "pagi-28",
    rule: "HTTP-30",
    title: "HEAD reaches the app as HEAD, and nothing of any body goes out",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          assert.equal(scope.method, "HEAD");
          const sized = scope.path === "/sized";
          await start(send, sized ? [["content-length", "11"]] : PLAIN);
          if (scope.path === "/file") {
            await send({ type: "http.response.body", file: "/no/such/file/anywhere" });
            return;
          }
          await piece(send, "hello ");
          await piece(send, "world", false);
        }),
      );
      for (const path of ["/sized", "/stream", "/file"]) {
        const response = await client.request({ method: "HEAD", path });
        assert.equal(response.status, 200, path);
        assert.equal(response.body.length, 0);
        assert.equal(response.header("transfer-encoding"), undefined);
        if (path === "/sized") assert.equal(response.header("content-length"), "11");
      }
    },
  },
  {
    id: "pagi-29",
    rule: "HTTP-23, HTTP-31",
    title: "204 and 304 have no body and no framing, and a length of a 304 stays",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          const [, status = "", length] = scope.path.split("/");
          const headers = length === undefined ? [] : [["content-length", length] as const];
          await send({ type: "http.response.start", status: Number(status), headers });
          await send({ type: "http.response.body" });
        }),
      );
      for (const path of ["/204", "/304"]) {
        const response = await client.request({ path });
        assert.equal(response.status, Number(path.slice(1)));
        assert.equal(response.header("transfer-encoding"), undefined);
        assert.equal(response.header("content-length"), undefined);
      }
      assert.equal((await client.request({ path: "/304/77" })).header("content-length"), "77");
    },
  },
];
