/** Cases on event streams: what depends on what carries them. */
import assert from "node:assert/strict";
import type { CaseDefinition } from "../suite-case.ts";
import { asking, sendStream, streamApp } from "./sse-tools.ts";
import { answer } from "./suite-tools.ts";

/** Cases on methods, versions and connections. */
export const sseCarriageCases: readonly CaseDefinition[] = [
  {
    id: "sse-25",
    rule: "HTTP-30, SSE-1",
    title: "HEAD gets the head of a stream, without a body",
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ send }) => {
          await send({ type: "sse.start" });
          await send({ type: "sse.keepalive", interval: 0.001 });
          await send({ type: "sse.send", data: "unseen" });
          await new Promise((resolve) => setTimeout(resolve, 20));
          await send({ type: "sse.close" });
        }),
      );
      const response = await client.request(asking({ method: "HEAD" }));
      assert.equal(response.header("content-type"), "text/event-stream");
      assert.equal(response.text(), "");
      assert.ok(response.complete);
    },
  },
  {
    id: "sse-26",
    rule: "HTTP-32",
    title: "an HTTP/1.0 client gets a stream that ends with its connection",
    needs: ["http10"],
    async run(kit) {
      const client = await kit.serve(
        streamApp(({ send }) => sendStream(send, { type: "sse.send", data: "old" })),
      );
      const response = await client.request(asking({ httpVersion: "1.0" }));
      assert.equal(response.text(), "data: old\n\n");
      assert.equal(response.header("transfer-encoding"), undefined);
    },
  },
  {
    id: "sse-27",
    rule: "EXT-FLUSH-1, EXT-FLUSH-2",
    title: "http.fullflush is taken inside a stream",
    needs: ["fullflush"],
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ send }) => {
          await send({ type: "sse.start" });
          await send({ type: "sse.send", data: "now" });
          await send({ type: "http.fullflush" });
          await send({ type: "sse.close" });
        }),
      );
      const response = await client.request(asking());
      assert.deepEqual([response.text(), response.complete], ["data: now\n\n", true]);
    },
  },
  {
    id: "sse-28",
    rule: "EXT-HINT-1",
    title: "an interim response may come before the start",
    needs: ["earlyHints"],
    async run(kit) {
      const client = await kit.serve(
        streamApp(async ({ send }) => {
          await send({ type: "http.response.informational", status: 103, headers: [["link", "</a>"]] });
          await sendStream(send);
        }),
      );
      const response = await client.request(asking());
      assert.deepEqual([response.status, response.informational[0]?.status], [200, 103]);
    },
  },
  {
    id: "sse-29",
    rule: "HTTP-33, CONN-1",
    title: "after a stream its connection serves the next request",
    needs: ["http1", "keepAlive", "wire"],
    async run(kit) {
      const client = await kit.serve(async (scope, _receive, send) => {
        if (scope.type === "lifespan") throw new Error("no lifespan");
        if (scope.type !== "sse") return answer(send, "next");
        return sendStream(send, { type: "sse.send", data: "ok" });
      });
      const connection = await client.connect();
      const asks = (accept: string): string =>
        `GET ${kit.mount}/ HTTP/1.1\r\nhost: a\r\naccept: ${accept}\r\n\r\n`;
      await connection.write(asks("text/event-stream") + asks("*/*"));
      for (const wanted of ["data: ok\n\n", "next"]) {
        await connection.responses.head("GET");
        let text = "";
        for (let piece = await connection.responses.read(); piece !== undefined;) {
          text += Buffer.from(piece).toString();
          piece = await connection.responses.read();
        }
        assert.equal(text, wanted);
      }
    },
  },
];
