/** PAGI cases: fields that belong to the connection, and what follows one request on a connection. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, signal } from "./suite-tools.ts";

/** Cases on framing fields, pipelining and unread bodies. */
export const framingCases: readonly CaseDefinition[] = [
  {
    id: "pagi-48",
    rule: "HEAD-9, HEAD-10",
    title: "connection-level fields of the app never contradict the server's framing",
    async run(kit) {
      const client = await kit.serve(
        httpApp(({ send }) =>
          answer(send, "hop", [
            ["connection", "x-private, keep-alive"],
            ["transfer-encoding", "gzip, chunked"],
            ["keep-alive", "timeout=99"],
            ["proxy-connection", "close"],
            ["te", "trailers"],
          ]),
        ),
      );
      const response = await client.request();
      assert.equal(response.text(), "hop");
      for (const name of ["keep-alive", "proxy-connection", "te"]) {
        assert.equal(response.header(name), undefined, name);
      }
      assert.ok(!(response.header("transfer-encoding") ?? "chunked").includes("gzip"));
    },
  },
  {
    id: "pagi-49",
    rule: "HEAD-11",
    title: "a response with upgrade names it in connection",
    needs: ["http1", "wire"],
    async run(kit) {
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          await send({ type: "http.response.start", status: 426, headers: [["upgrade", "foo/2"]] });
          await send({ type: "http.response.body", body: "upgrade" });
        }),
      );
      const response = await client.request();
      assert.equal(response.status, 426);
      assert.equal(response.header("upgrade"), "foo/2");
      assert.match(response.header("connection") ?? "", /(^|, *)upgrade($|, *)/i);
    },
  },
  {
    id: "pagi-50",
    rule: "HTTP-35",
    title: "pipelined requests are answered in their order however long the first takes",
    needs: ["http1", "keepAlive", "wire"],
    async run(kit) {
      const gate = signal();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          if (scope.path === "/slow") await gate.promise;
          await answer(send, scope.path);
        }),
      );
      const connection = await client.connect();
      const request = (path: string): string => `GET ${kit.mount}${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
      await connection.write(request("/slow") + request("/fast"));
      gate.resolve();
      for (const path of ["/slow", "/fast"]) {
        await connection.responses.head("GET");
        assert.equal(Buffer.from((await connection.responses.read()) ?? []).toString(), path);
        while ((await connection.responses.read()) !== undefined);
      }
    },
  },
  {
    id: "pagi-51",
    rule: "HTTP-33",
    title: "the rest of an unread body never becomes the next request",
    needs: ["http1", "wire"],
    async run(kit) {
      const paths: string[] = [];
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          paths.push(scope.path);
          await answer(send, scope.path);
        }),
      );
      const evil = "GET /evil HTTP/1.1\r\nHost: a\r\n\r\n".repeat(20);
      for (const length of [evil.length, 200_000]) {
        const body = evil.padEnd(length, evil);
        const head = `POST ${kit.mount}/post HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`;
        const connection = await client.connect();
        void connection.write(`${head}${body}GET ${kit.mount}/next HTTP/1.1\r\nHost: a\r\n\r\n`);
        connection.halfClose();
        await connection.source.rest();
      }
      assert.deepEqual(
        paths.filter((path) => path !== "/next"),
        ["/post", "/post"],
      );
    },
  },
];
