/** PAGI cases: what an app is told about a request. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, schemeOf, watched } from "./suite-tools.ts";

/** Cases on scope, path and header rules. */
export const scopeCases: readonly CaseDefinition[] = [
  {
    id: "pagi-01",
    rule: "SCOPE-1, SCOPE-2, SCOPE-3, SCOPE-4, SCOPE-5, SCOPE-6, SCOPE-10, SCOPE-11",
    title: "an http scope has every key it must have",
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await answer(send);
        return scope;
      });
      const client = await kit.serve(app);
      await client.request({ path: "/a?b" });
      const scope = await result;
      assert.equal(scope.pagi.version, "0.5");
      assert.equal(scope.pagi.specVersion, "0.6");
      assert.ok(["1.0", "1.1", "2"].includes(scope.httpVersion));
      assert.equal(scope.method, "GET");
      assert.equal(scope.scheme, schemeOf(client));
      assert.equal(typeof scope.extensions, "object");
      assert.equal(typeof scope.connection.isConnected, "boolean");
    },
  },
  {
    id: "pagi-02",
    rule: "SCOPE-7, SCOPE-8",
    title: "client and server are host and port, a unix socket has no client",
    needs: ["http1", "clientAddress"],
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await answer(send);
        return { client: scope.client, server: scope.server };
      });
      const client = await kit.serve(app);
      const connection = await client.connect();
      await connection.write(`GET ${kit.mount}/ HTTP/1.1\r\nHost: a\r\n\r\n`);
      await connection.responses.head("GET");
      const seen = await result;
      if (client.url.startsWith("unix:")) {
        assert.equal(seen.client, undefined);
        assert.equal(seen.server?.[1], null);
        return;
      }
      assert.deepEqual(seen.client, [connection.local.address, connection.local.port]);
      assert.equal(seen.server?.[1], Number(new URL(client.url).port));
    },
  },
  {
    id: "pagi-03",
    rule: "PATH-1, PATH-3, PATH-5, PATH-6",
    title: "rootPath and path are the requested path decoded once, rawPath is as it was sent",
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await answer(send);
        return scope;
      });
      const client = await kit.serve(app);
      await client.request({ path: "/a%20b%252c/%E3%81%82//c/?x" });
      const scope = await result;
      assert.equal(scope.rootPath, kit.mount);
      assert.equal(scope.path, "/a b%2c/\u3042//c/");
      assert.equal(scope.rawPath, `${kit.mount}/a%20b%252c/%E3%81%82//c/`);
    },
  },
  {
    id: "pagi-04",
    rule: "PATH-6",
    title: "a path that is not UTF-8 is the byte string of its bytes",
    needs: ["nonUtf8Path"],
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await answer(send);
        return scope.path;
      });
      const client = await kit.serve(app);
      await client.request({ path: "/%E3%81%FF%41" });
      assert.equal(await result, "/\u00e3\u0081\u00ffA");
    },
  },
  {
    id: "pagi-05",
    rule: "PATH-8",
    title: "the query stays encoded and is empty when there is none",
    async run(kit) {
      const seen: string[] = [];
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          seen.push(scope.queryString);
          await answer(send);
        }),
      );
      for (const path of ["/?a=%20+b&c=%C3%A9?", "/", "/?"]) await client.request({ path });
      assert.deepEqual(seen, ["a=%20+b&c=%C3%A9?", "", ""]);
    },
  },
  {
    id: "pagi-06",
    rule: "HEAD-1, HEAD-2, HEAD-6",
    title: "header names are lower case, order and repetition stay",
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await answer(send);
        return scope.headers.filter(([name]) => name.startsWith("x-"));
      });
      const client = await kit.serve(app);
      const headers = [
        ["X-One", "1"],
        ["x-tWO", "2"],
        ["X-ONE", "3, 4"],
      ] as const;
      await client.request({ headers });
      assert.deepEqual(await result, [
        ["x-one", "1"],
        ["x-two", "2"],
        ["x-one", "3, 4"],
      ]);
    },
  },
  {
    id: "pagi-07",
    rule: "HEAD-7",
    title: "several cookie fields are joined into one",
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await answer(send);
        return scope.headers.filter(([name]) => name === "cookie");
      });
      const client = await kit.serve(app);
      const headers = [
        ["Cookie", "a=1"],
        ["Cookie", "b=2; c=3"],
      ] as const;
      await client.request({ headers });
      assert.deepEqual(await result, [["cookie", "a=1; b=2; c=3"]]);
    },
  },
  {
    id: "pagi-08",
    rule: "HEAD-3",
    title: "header values are byte strings in both directions",
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          const value = scope.headers.find(([name]) => name === "x-bytes")?.[1] ?? "";
          await answer(send, "ok", [["x-bytes", value]]);
        }),
      );
      const value = "\u00c3\u00a9 \u00ff\u0080";
      const response = await client.request({ headers: [["X-Bytes", value]] });
      assert.equal(response.header("x-bytes"), value);
    },
  },
  {
    id: "pagi-09",
    rule: "CONN-1, SCOPE-9",
    title: "two requests of one connection share neither scope nor connection object",
    needs: ["http1", "keepAlive"],
    async run(kit) {
      const seen: unknown[] = [];
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          seen.push(scope, scope.connection);
          assert.equal(scope.connection.responseStarted, false);
          await answer(send);
        }),
      );
      const connection = await client.connect();
      for (let count = 0; count < 2; count++) {
        await connection.write(`GET ${kit.mount}/ HTTP/1.1\r\nHost: a\r\n\r\n`);
        assert.equal((await connection.responses.head("GET")).status, 200);
        while ((await connection.responses.read()) !== undefined);
      }
      assert.equal(new Set(seen).size, 4);
    },
  },
  {
    id: "pagi-10",
    rule: "SCOPE-18",
    title: "a property of the scope read twice gives the same value",
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        const keys = [
          "headers",
          "path",
          "client",
          "server",
          "extensions",
          "connection",
          "transport",
        ] as const;
        const differing = keys.filter((key) => scope[key] !== scope[key]);
        await answer(send);
        return differing;
      });
      const client = await kit.serve(app);
      await client.request();
      assert.deepEqual(await result, []);
    },
  },
];
