/** Cases on event streams: pace, refusals, and how a stream ends. */
import assert from "node:assert/strict";
import { HttpError } from "../../http/errors.ts";
import type { Connection } from "../../pagi/connection.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { withDeadline } from "../deadline.ts";
import { signal } from "./suite-tools.ts";
import { asking, readRest, readUntil, streamApp, watchedStream } from "./sse-tools.ts";

/** More than the buffers of a local connection take, event by event. */
const PLENTY = 64 * 1024 * 1024;
const BIG = "x".repeat(256 * 1024);

/** Cases on the ends of a stream. */
export const sseEndingCases: readonly CaseDefinition[] = [
  {
    id: "sse-17",
    rule: "SSE-12, SSE-13, HTTP-28",
    title: "a stream whose app returns or throws without a close is cut visibly",
    async run(kit) {
      const connections: Connection[] = [];
      const client = await kit.serve(
        streamApp(async ({ scope, send }) => {
          connections.push(scope.connection);
          await send({ type: "sse.start" });
          await send({ type: "sse.send", data: "part" });
          if (scope.path === "/throw") throw new Error("broken");
        }),
      );
      for (const path of ["/return", "/throw"]) {
        assert.equal((await client.request(asking({ path }))).complete, false, path);
        assert.equal(await connections.at(-1)?.closed, "server_error", path);
      }
    },
  },
  {
    id: "sse-18",
    rule: "SSE-14, HTTP-24",
    title: "a refusal is a response like any other and a clean end",
    async run(kit) {
      const { app, result } = watchedStream(async ({ receive, send, scope }) => {
        await receive();
        await send({ type: "http.response.start", status: 403, headers: [["x-why", "closed"]] });
        await send({ type: "http.response.body", body: "not ", more: true });
        await send({ type: "http.response.body", body: "here" });
        return [await receive(), await scope.connection.closed];
      });
      const client = await kit.serve(app);
      const response = await client.request(asking());
      assert.deepEqual(
        [response.status, response.header("x-why"), response.text()],
        [403, "closed", "not here"],
      );
      assert.deepEqual(await result, [{ type: "sse.disconnect", reason: null }, null]);
    },
  },
  {
    id: "sse-19",
    rule: "SSE-3, SSE-14, HTTP-31",
    title: "204 tells a client to stop coming back, and has no body",
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ send }) => {
          await send({ type: "http.response.start", status: 204 });
          await send({ type: "http.response.body" });
        }),
      );
      const response = await client.request(asking());
      assert.deepEqual([response.status, response.text(), response.complete], [204, "", true]);
      assert.equal(response.header("content-type"), undefined);
    },
  },
  {
    id: "sse-20",
    rule: "SSE-16, HTTP-27",
    title: "an app that neither starts nor refuses is a 500, and an HttpError its status",
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ scope }) => {
          if (scope.path === "/error") throw new Error("broken");
          if (scope.path === "/status") throw new HttpError(418, "short and stout");
        }),
      );
      assert.equal((await client.request(asking())).status, 500);
      assert.equal((await client.request(asking({ path: "/error" }))).status, 500);
      assert.equal((await client.request(asking({ path: "/status" }))).status, 418);
    },
  },
  {
    id: "sse-21",
    rule: "SSE-15, CONN-17, APP-15, APP-17",
    title: "a lost client: receive tells, with the reason of the connection, and sends resolve in silence",
    needs: ["disconnect"],
    async run(kit) {
      const { app, result } = watchedStream(async ({ scope, receive, send }) => {
        await receive();
        const pending = receive();
        await send({ type: "sse.start" });
        await send({ type: "sse.send", data: "here" });
        const [event, reason] = [await pending, await scope.connection.closed];
        await send({ type: "sse.send", data: "nobody hears this" });
        await send({ type: "sse.keepalive", interval: 1 });
        await send({ type: "sse.close" });
        return [event, await receive(), reason];
      });
      const exchange = (await kit.serve(app)).open(asking());
      await readUntil(exchange, "here");
      exchange.disconnect();
      const [event, again, reason] = await result;
      assert.deepEqual(event, { type: "sse.disconnect", reason });
      assert.deepEqual(again, event);
      assert.notEqual(reason, null);
    },
  },
  {
    id: "sse-22",
    rule: "HTTP-26, SSE-7",
    title: "the head leaves with the start, and each event when it is sent",
    async run(kit) {
      const steps = [signal(), signal()] as const;
      const client = await kit.serve(
        streamApp(async ({ send }) => {
          await send({ type: "sse.start" });
          for (const [index, step] of steps.entries()) {
            await withDeadline(step.promise, `event ${index} to have been read`);
            await send({ type: "sse.send", data: `number ${index}` });
          }
          await send({ type: "sse.close" });
        }),
      );
      const exchange = client.open(asking());
      assert.equal((await withDeadline(exchange.head(), "the head")).status, 200);
      steps[0].resolve();
      await readUntil(exchange, "number 0\n\n");
      steps[1].resolve();
      await readUntil(exchange, "number 1\n\n");
      assert.equal(await readRest(exchange), "");
      assert.ok(exchange.complete);
    },
  },
  {
    id: "sse-23",
    rule: "TRANS-1",
    title: "send stays pending while the client does not read, and no keepalive is added to what waits",
    needs: ["backpressure"],
    async run(kit) {
      let sent = 0;
      const held = signal();
      const client = await kit.serve(
        streamApp(async ({ send }) => {
          await send({ type: "sse.start" });
          await send({ type: "sse.keepalive", interval: 0.005, comment: "alive" });
          for (; sent < PLENTY; sent += BIG.length) {
            const stuck = setTimeout(held.resolve, 300);
            await send({ type: "sse.send", data: BIG });
            clearTimeout(stuck);
          }
          await send({ type: "sse.close" });
        }),
      );
      const exchange = client.open(asking());
      await exchange.head();
      await withDeadline(held.promise, "a send to be held back");
      assert.ok(sent < PLENTY, `${sent} bytes were accepted with nobody reading`);
      const response = await exchange.response();
      const events = response
        .text()
        .split("\n\n")
        .filter((text) => text.startsWith("data: "));
      assert.equal(events.length, PLENTY / BIG.length);
      assert.ok(response.complete);
    },
  },
  {
    id: "sse-24",
    rule: "SSE-18, LIFE-8",
    title: "a stop ends open streams as whole ones and tells the app; requests are answered as ever",
    async run(kit) {
      const { app, result } = watchedStream(async ({ scope, receive, send }) => {
        await receive();
        await send({ type: "sse.start" });
        await send({ type: "sse.send", data: "here" });
        return [await receive(), scope.connection.disconnectReason];
      });
      const server = await kit.start(app);
      const exchange = server.client.open(asking());
      await readUntil(exchange, "here\n\n");
      const closing = server.close();
      assert.equal(await readRest(exchange), "");
      assert.ok(exchange.complete, "the stream ended as whole");
      const reason = "server_shutdown";
      assert.deepEqual(await result, [{ type: "sse.disconnect", reason }, reason]);
      await closing;
    },
  },
];
