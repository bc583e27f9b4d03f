/** Cases on the opening of a WebSocket: what the scope says, accepting, refusing. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { withDeadline } from "../deadline.ts";
import { refused, signal } from "./suite-tools.ts";
import { accept, echo, next, opened, sessionApp, untilEnd, watchedSession } from "./ws-tools.ts";

/** Cases on handshakes. */
export const wsHandshakeCases: readonly CaseDefinition[] = [
  {
    id: "ws-01",
    rule: "WS-1, SCOPE-5, SCOPE-6, SCOPE-13, SCOPE-14",
    title: "a handshake gives a websocket scope with its headers and what the client offered",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await accept(call);
        const { scope } = call;
        const limits = [scope.maxFrameSize, scope.maxReceiveQueue];
        const seen = { type: scope.type, scheme: scope.scheme, path: scope.path, query: scope.queryString };
        await untilEnd(call);
        return { ...seen, offered: scope.subprotocols, headers: scope.headers, limits, scope };
      });
      const client = await kit.serve(app);
      const session = await opened(client, {
        path: "/chat?room=1",
        subprotocols: ["one", "two"],
        headers: [["x-who", "me"]],
      });
      await session.close(1000);
      await next(session);
      const { headers, limits, scope, ...seen } = await result;
      assert.deepEqual(seen, {
        type: "websocket",
        scheme: client.url.startsWith("https:") ? "wss" : "ws",
        path: "/chat",
        query: "room=1",
        offered: ["one", "two"],
      });
      const version = headers.find(([name]) => name === "sec-websocket-version");
      assert.deepEqual(version, ["sec-websocket-version", "13"]);
      assert.ok(headers.some(([name, value]) => name === "x-who" && value === "me"));
      assert.ok(!("method" in scope) || scope.method === undefined);
      for (const limit of limits) assert.ok(limit === undefined || (Number.isInteger(limit) && limit > 0));
    },
  },
  {
    id: "ws-02",
    rule: "WS-1, SCOPE-20",
    title: "another version of the protocol is answered 426 with the right one, and reaches no app",
    async run(kit) {
      let calls = 0;
      const client = await kit.serve(sessionApp(async () => void calls++));
      for (const version of ["8", "14", "13, 8"]) {
        const { head } = await client.session({ headers: [["Sec-WebSocket-Version", version]] });
        assert.equal(head.status, 426, version);
        assert.deepEqual(
          head.headers.find(([name]) => name === "sec-websocket-version"),
          ["sec-websocket-version", "13"],
        );
      }
      assert.equal(calls, 0);
    },
  },
  {
    id: "ws-03",
    rule: "WS-2",
    title: "the handshake is complete only after the app has accepted",
    async run(kit) {
      const gate = signal();
      const { app, result } = watchedSession(async (call) => {
        assert.deepEqual(await call.receive(), { type: "websocket.connect" });
        await gate.promise;
        await call.send({ type: "websocket.accept" });
        return untilEnd(call);
      });
      const client = await kit.serve(app);
      let isOpen = false;
      const opening = opened(client).then((session) => {
        isOpen = true;
        return session;
      });
      await new Promise((resolve) => setTimeout(resolve, 50));
      assert.equal(isOpen, false);
      gate.resolve();
      (await opening).leave();
      await result;
    },
  },
  {
    id: "ws-04",
    rule: "WS-2, WS-14",
    title: "an app that asks late learns that the client has already left",
    needs: ["disconnect"],
    async run(kit) {
      const called = signal();
      const { app, result } = watchedSession(async ({ scope, receive }) => {
        called.resolve();
        await scope.connection.closed;
        return receive();
      });
      const client = await kit.serve(app);
      const opening = client.session().catch(() => undefined);
      await called.promise;
      await client.close();
      await opening;
      assert.deepEqual(await result, { type: "websocket.disconnect", code: 1006, reason: "client_closed" });
    },
  },
  {
    id: "ws-05",
    rule: "WS-4",
    title: "the app chooses one of the offered subprotocols, and no other",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await call.receive();
        await refused(call.send, { type: "websocket.accept", subprotocol: "three" });
        await call.send({ type: "websocket.accept", subprotocol: "two" });
        await refused(call.send, { type: "websocket.accept" });
        return untilEnd(call);
      });
      const client = await kit.serve(app);
      const session = await opened(client, { subprotocols: ["one", "two"] });
      const chosen = session.head.headers.filter(([name]) => name === "sec-websocket-protocol");
      assert.deepEqual(chosen, [["sec-websocket-protocol", "two"]]);
      await session.close();
      await result;
    },
  },
  {
    id: "ws-06",
    rule: "WS-5, HEAD-6",
    title: "an acceptance carries headers, but none of the handshake or of the connection",
    async run(kit) {
      const { app, result } = watchedSession(async (call) => {
        await call.receive();
        const wrong = ["sec-websocket-accept", "sec-websocket-protocol", "connection", "upgrade", "te"];
        for (const name of [...wrong, "transfer-encoding", "keep-alive"]) {
          await refused(call.send, { type: "websocket.accept", headers: [[name, "x"]] });
        }
        await refused(call.send, { type: "websocket.accept", headers: [["content-length", "0"]] });
        await refused(call.send, { type: "websocket.accept", headers: [["X-Upper", "x"]] });
        const cookies = [
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
        ] as const;
        await call.send({ type: "websocket.accept", headers: cookies });
        return untilEnd(call);
      });
      const client = await kit.serve(app);
      const session = await opened(client);
      const cookies = session.head.headers.filter(([name]) => name === "set-cookie");
      assert.deepEqual(
        cookies.map(([, value]) => value),
        ["a=1", "b=2"],
      );
      session.leave();
      await result;
    },
  },
  {
    id: "ws-07",
    rule: "WS-6",
    title: "frames that come before the acceptance wait for it",
    needs: ["http1", "wire"],
    async run(kit) {
      const client = await kit.serve(echo);
      const connection = await client.connect();
      const key = "AAAAAAAAAAAAAAAAAAAAAA==";
      const fields = `host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n`;
      const head = `GET ${kit.mount}/ HTTP/1.1\r\n${fields}sec-websocket-key: ${key}\r\n\r\n`;
      await connection.write(Buffer.concat([Buffer.from(head), Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x61])]));
      assert.equal((await connection.responses.head("GET")).status, 101);
      const answer = await withDeadline(connection.source.some(), "the echo");
      assert.deepEqual([...(answer ?? [])], [0x81, 1, 0x61]);
    },
  },
];
