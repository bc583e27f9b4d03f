/** Cases on event streams: who gets one, and what the app is told. */
import assert from "node:assert/strict";
import type { App } from "../../pagi/app.ts";
import { BodyScript } from "../body-script.ts";
import { withDeadline } from "../deadline.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, signal } from "./suite-tools.ts";
import { asking, sendStream, streamApp, watchedStream } from "./sse-tools.ts";

/** Answers every request with the type of its scope. */
const typing: App = async (scope, _receive, send) => {
  if (scope.type === "lifespan") throw new Error("no lifespan");
  await answer(send, scope.type);
};

/** What clients send, and the scope that it asks for. */
const ACCEPTS: readonly (readonly [accept: string, type: "http" | "sse"])[] = [
  ["text/event-stream", "sse"],
  ["Text/Event-Stream", "sse"],
  ["text/html, text/event-stream", "sse"],
  ["text/html;level=1 , text/event-stream ; q=0.5", "sse"],
  ["text/event-stream;charset=utf-8;q=1", "sse"],
  ["application/x-dashed, text/event-stream", "sse"],
  ["text/event-stream;q=0", "http"],
  ["text/event-stream; Q=0.000", "http"],
  ["text/event-stream;v=1;q=0.0", "http"],
  ["text/event-streams", "http"],
  ["x-text/event-stream", "http"],
  ["text/*, */*", "http"],
  ['text/html;note="text/event-stream"', "http"],
  ["text/html,application/xhtml+xml,application/signed-exchange;v=b3;q=0.7,*/*;q=0.8", "http"],
];

/** Cases on the scope and what is received. */
export const sseRequestCases: readonly CaseDefinition[] = [
  {
    id: "sse-01",
    rule: "SSE-1",
    title: "exactly text/event-stream with a q above 0 asks for an event stream",
    async run(kit) {
      const client = await kit.serve(typing);
      for (const [accept, type] of ACCEPTS) {
        const response = await client.request({ headers: [["accept", accept]] });
        assert.equal(response.text(), type, accept);
      }
      assert.equal((await client.request()).text(), "http", "no accept");
    },
  },
  {
    id: "sse-02",
    rule: "SSE-1",
    title: "several accept fields are one list",
    async run(kit) {
      const client = await kit.serve(typing);
      const headers = [
        ["accept", "text/html"],
        ["accept", "text/event-stream"],
      ] as const;
      assert.equal((await client.request({ headers })).text(), "sse");
    },
  },
  {
    id: "sse-03",
    rule: "SSE-1, SCOPE-1",
    title: "every method can ask, and finds all that an http scope has",
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ scope, send }) => {
          const { method, path, queryString, connection, extensions } = scope;
          assert.ok(connection.isConnected && typeof extensions === "object");
          await sendStream(send, { type: "sse.send", data: `${method} ${path} ${queryString}` });
        }),
      );
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
        const response = await client.request(asking({ method, path: "/a%20b?c=d" }));
        assert.equal(response.text(), `data: ${method} /a b c=d\n\n`);
        assert.ok(response.complete);
      }
    },
  },
  {
    id: "sse-04",
    rule: "SSE-2, HTTP-1, HTTP-2",
    title: "the request body arrives as sse.request events; without one there is an empty one",
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ receive, send }) => {
          let body = "";
          for (let more = true; more;) {
            const event = await receive();
            assert.equal(event.type, "sse.request");
            if (event.type !== "sse.request") return;
            body += Buffer.from(event.body).toString();
            more = event.more;
          }
          await sendStream(send, { type: "sse.send", data: `got ${body}` });
        }),
      );
      const body = "abc".repeat(1000);
      const posted = await client.request(asking({ method: "POST", body }));
      assert.equal(posted.text(), `data: got ${body}\n\n`);
      assert.equal((await client.request(asking())).text(), "data: got \n\n");
    },
  },
  {
    id: "sse-05",
    rule: "SSE-2, HTTP-3",
    title: "a body that is cut short ends with sse.disconnect",
    needs: ["disconnect"],
    async run(kit) {
      const entered = signal();
      const { app, result } = watchedStream(async ({ receive }) => {
        entered.resolve();
        const types: string[] = [];
        for (;;) {
          const event = await receive();
          types.push(event.type);
          if (event.type === "sse.disconnect") return types;
          assert.equal(event.more, true);
        }
      });
      const client = await kit.serve(app);
      const exchange = client.open(asking({ method: "POST", body: new BodyScript().push("abc") }));
      await withDeadline(entered.promise, "the app to be called");
      exchange.disconnect();
      assert.equal((await result).at(-1), "sse.disconnect");
    },
  },
  {
    id: "sse-06",
    rule: "SSE-2, SSE-15",
    title: "after the request sse.disconnect comes with a null reason when the stream was closed, and again",
    async run(kit) {
      const { app, result } = watchedStream(async ({ receive, send }) => {
        await receive();
        await sendStream(send);
        return [await receive(), await receive()];
      });
      const client = await kit.serve(app);
      await client.request(asking());
      const end = { type: "sse.disconnect", reason: null };
      assert.deepEqual(await result, [end, end]);
    },
  },
  {
    id: "sse-07",
    rule: "SCOPE-8",
    title: "the last event id of a client that comes back is among the headers",
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ scope, send }) => {
          const id = scope.headers.find(([name]) => name === "last-event-id")?.[1];
          await sendStream(send, { type: "sse.send", data: `after ${id}` });
        }),
      );
      const response = await client.request(asking({ headers: [["last-event-id", "41"]] }));
      assert.equal(response.text(), "data: after 41\n\n");
    },
  },
];
