/** PAGI cases: extensions, odd targets, late sends and answers to lifespan out of turn. */
import assert from "node:assert/strict";
import type { Connection } from "../../pagi/connection.ts";
import type { LogLevel } from "../../pagi/extension.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, httpApp, piece, refused, signal, start, survives, watched } from "./suite-tools.ts";

const MEMBERS: readonly (keyof Connection)[] = [
  ...([
    "isConnected",
    "disconnectReason",
    "disconnectDetail",
    "responseStarted",
    "responseComplete",
  ] as const),
  ...(["signal", "closed", "onDisconnect", "onComplete", "abort"] as const),
];

/** Cases that round the groups before them off. */
export const moreCases: readonly CaseDefinition[] = [
  {
    id: "pagi-92",
    rule: "PATH-4, PATH-9",
    title: "an absolute target is its path and its authority the host, OPTIONS * stays *",
    needs: ["wire"],
    async run(kit) {
      const seen: unknown[] = [];
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          seen.push([scope.path, scope.rawPath, scope.headers.find(([name]) => name === "host")?.[1]]);
          await answer(send);
        }),
      );
      await client.request({ path: `http://example.org${kit.mount}/p%20q?x`, headers: [["Host", "other"]] });
      assert.deepEqual(seen.pop(), ["/p q", `${kit.mount}/p%20q`, "example.org"]);
      if (kit.mount !== "") return;
      await client.request({ path: "*", method: "OPTIONS", headers: [["Host", "a"]] });
      assert.deepEqual(seen.pop(), ["*", "*", "a"]);
    },
  },
  {
    id: "pagi-93",
    rule: "SCOPE-20, HTTP-36, HTTP-37",
    title: "what is no request, and CONNECT, never reach the app",
    needs: ["http1", "wire"],
    async run(kit) {
      let calls = 0;
      const client = await kit.serve(
        httpApp(async ({ send }) => {
          calls += 1;
          await answer(send);
        }),
      );
      const heads = [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
        "GET /\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n",
        "CONNECT / HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
      ];
      for (const head of heads) {
        const connection = await client.connect();
        await connection.write(head);
        assert.ok((await connection.responses.head("GET")).status >= 400, head);
      }
      assert.equal(calls, 0);
    },
  },
  {
    id: "pagi-94",
    rule: "APP-6",
    title: "a send after the app has settled is refused",
    async run(kit) {
      const sends = signal<Parameters<typeof refused>[0]>();
      const { app, result } = watched(async ({ send }) => {
        sends.resolve(send);
        await answer(send);
      });
      const client = await kit.serve(app);
      const response = await client.request();
      await result;
      await refused(await sends.promise, { type: "http.response.body", body: "late" });
      assert.equal(response.text(), "ok");
    },
  },
  {
    id: "pagi-95",
    rule: "CONN-2, CONN-5, CONN-16",
    title: "the connection object has every member, and no detail after a clean end",
    async run(kit) {
      const ended = signal<Connection>();
      const client = await kit.serve(
        httpApp(async ({ scope, send }) => {
          const missing = MEMBERS.filter((name) => scope.connection[name] === undefined);
          scope.connection.onComplete(() => ended.resolve(scope.connection));
          await answer(send, missing.join(", "));
        }),
      );
      assert.equal((await client.request()).text(), "");
      const connection = await ended.promise;
      assert.equal(connection.responseComplete, true);
      assert.equal(connection.disconnectDetail, null);
    },
  },
  {
    id: "pagi-96",
    rule: "EXT-1, EXT-TLS-1, EXT-LOG-2",
    title:
      "extensions are objects, the logger is a function that never throws, and tls is there over TLS only",
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        const { logger, ...others } = scope.extensions;
        const levels: readonly LogLevel[] = ["debug", "info", "warn", "error", "fatal"];
        for (const level of levels) logger?.({ level, message: "a line from the conformance suite" });
        await answer(send);
        return { others, scheme: scope.scheme };
      });
      const client = await kit.serve(app);
      await client.request();
      const { others, scheme } = await result;
      for (const [name, value] of Object.entries(others)) assert.equal(typeof value, "object", name);
      // Behind a gateway that ends TLS the scheme is https, and the connection is not.
      if (scheme !== "https") assert.ok(!("tls" in others), "tls without TLS");
    },
  },
  {
    id: "pagi-97",
    rule: "EXT-FLUSH-1",
    title: "a flush before the start or after the end is refused",
    needs: ["fullflush"],
    run: (kit) =>
      survives(kit, async ({ send }) => {
        await refused(send, { type: "http.fullflush" });
        await start(send);
        await send({ type: "http.fullflush" });
        await piece(send, "ok", false);
        await refused(send, { type: "http.fullflush" });
      }),
  },
  {
    id: "pagi-98",
    rule: "EXT-IO-1, EXT-IO-2, EXT-IO-3",
    title: "io.take hands the connection over once, and the server writes nothing more on it",
    needs: ["http1", "io"],
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        const { io } = scope.extensions;
        assert.ok(io !== undefined);
        const { socket } = io.take();
        assert.throws(() => io.take());
        await refused(send, { type: "http.response.start", status: 200 });
        socket.write("raw ");
        socket.end();
      });
      const client = await kit.serve(app);
      const connection = await client.connect();
      await connection.write(`GET ${kit.mount}/ HTTP/1.1\r\nHost: a\r\n\r\n`);
      assert.equal((await connection.source.rest()).toString(), "raw ");
      await result;
    },
  },
  {
    id: "pagi-99",
    rule: "PATH-12",
    title: "rootPath and path are never both empty",
    needs: ["http1"],
    async run(kit) {
      const client = await kit.serve(
        httpApp(({ scope, send }) => answer(send, `${scope.rootPath}|${scope.path}`)),
      );
      const path = kit.mount === "" ? "/" : "";
      assert.equal((await client.request()).text(), `${kit.mount}|/`);
      const connection = await client.connect();
      await connection.write(`GET ${kit.mount}${path} HTTP/1.1\r\nHost: a\r\n\r\n`);
      await connection.responses.head("GET");
      assert.equal(Buffer.from((await connection.responses.read()) ?? []).toString(), `${kit.mount}|${path}`);
    },
  },
  {
    id: "pagi-100",
    rule: "LIFE-3, LIFE-4",
    title: "answers to lifespan out of turn are refused and change nothing",
    needs: ["lifespan"],
    async run(kit) {
      const stopped = signal();
      const server = await kit.start(async (scope, receive, send) => {
        if (scope.type !== "lifespan") return answer(send);
        await receive();
        await refused(send, { type: "lifespan.shutdown.complete" });
        await refused(send, { type: "http.response.start", status: 200 });
        await send({ type: "lifespan.startup.complete" });
        await refused(send, { type: "lifespan.startup.complete" });
        await receive();
        await send({ type: "lifespan.shutdown.complete" });
        await refused(send, { type: "lifespan.shutdown.failed", message: "too late" });
        return stopped.resolve();
      });
      assert.equal((await server.client.request()).text(), "ok");
      await server.close();
      await stopped.promise;
    },
  },
];
