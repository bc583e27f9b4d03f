/** What fetch servers get wrong about bodies and failures, row by row. */
import assert from "node:assert/strict";
import { standstill, until } from "../../support/hosted.js";
import { type FetchRow, simple, valuesOf } from "./fetch-row.js";

const CHUNK = new Uint8Array(262_144);
/** More than any socket buffer of a local connection takes. */
const PLENTY = 256;

/** Rows on handlers that fail, and on bodies. */
export const fetchBodyRows: readonly FetchRow[] = [
  simple(
    "a handler that throws or rejects is a 500",
    (request) => {
      if (request.url.endsWith("/throw")) throw new Error("thrown");
      return Promise.reject(new Error("rejected"));
    },
    async ({ client }) => {
      for (const path of ["/throw", "/reject"]) assert.equal((await client.request({ path })).status, 500);
    },
  ),
  simple(
    "a handler that returns nothing is a 500",
    () => undefined as never,
    async ({ client }) => {
      assert.equal((await client.request()).status, 500);
    },
  ),
  {
    title: "a reader that stalls holds the body back",
    make() {
      let made = 0;
      const pull = (controller: ReadableStreamDefaultController): void => {
        controller.enqueue(CHUNK);
        if (++made === PLENTY) controller.close();
      };
      return {
        handler: () => new Response(new ReadableStream({ pull })),
        async check({ client }) {
          const exchange = client.open();
          await exchange.head();
          assert.ok((await standstill(() => made)) < PLENTY);
          const { body, complete } = await exchange.response();
          assert.deepEqual([body.byteLength, complete], [PLENTY * CHUNK.byteLength, true]);
        },
      };
    },
  },
  {
    title: "both bodies stream at the same time",
    make: () => ({
      handler: (request) => new Response(request.body),
      async check({ client }) {
        let next: (() => void) | undefined;
        async function* body(): AsyncGenerator<string> {
          for (const word of ["one", "two", "three"]) {
            yield word;
            await new Promise<void>((resolve) => (next = resolve));
          }
        }
        const exchange = client.open({ method: "POST", body: body() });
        const seen: string[] = [];
        for (let piece = await exchange.read(); piece !== undefined; piece = await exchange.read()) {
          seen.push(Buffer.from(piece).toString());
          await until(() => next !== undefined);
          next!();
        }
        assert.deepEqual(seen, ["one", "two", "three"]);
      },
    }),
  },
  {
    title: "a stream that fails before anything has left is a 500, one that fails later is cut, never ended",
    make() {
      let fail: (() => void) | undefined;
      const torn = (): ReadableStream => {
        let count = 0;
        return new ReadableStream({
          async pull(controller) {
            if (count++ === 0) return controller.enqueue(new Uint8Array(10));
            await new Promise<void>((resolve) => (fail = resolve));
            controller.error(new Error("torn"));
          },
        });
      };
      const broken = new Error("broken from the start");
      return {
        handler: ({ url }) =>
          new Response(
            url.endsWith("/torn") ? torn() : new ReadableStream({ pull: () => Promise.reject(broken) }),
          ),
        async check({ client }) {
          assert.equal((await client.request({ path: "/broken" })).status, 500);
          const exchange = client.open({ path: "/torn" });
          assert.equal((await exchange.read())?.byteLength, 10);
          await until(() => fail !== undefined);
          fail!();
          assert.deepEqual([await exchange.read(), exchange.complete], [undefined, false]);
        },
      };
    },
  },
  {
    title: "HEAD pulls nothing of a streaming body and cancels it",
    make() {
      const notes: string[] = [];
      const body = (): ReadableStream =>
        new ReadableStream(
          { pull: () => void notes.push("pull"), cancel: () => void notes.push("cancel") },
          { highWaterMark: 0 },
        );
      return {
        handler: () => new Response(body()),
        async check({ client }) {
          const response = await client.request({ method: "HEAD" });
          assert.deepEqual([response.status, response.complete], [200, true]);
          await until(() => notes.length > 0);
          assert.deepEqual(notes, ["cancel"]);
        },
      };
    },
  },
  simple(
    "a body that nobody reads harms no later request of the connection",
    (request) => new Response(new URL(request.url).pathname),
    async ({ client }) => {
      const connection = await client.connect();
      const head = "POST /first HTTP/1.1\r\nhost: a\r\ncontent-length: 200000\r\n\r\n";
      void connection.write(head + "x".repeat(200_000));
      const first = await connection.responses.head("POST");
      assert.equal(first.status, 200);
      while ((await connection.responses.read()) !== undefined);
      assert.deepEqual(valuesOf(first.headers, "connection").includes("close"), false);
      await connection.write("GET /second HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.equal((await connection.responses.head("GET")).status, 200);
      assert.equal(Buffer.from((await connection.responses.read())!).toString(), "/second");
    },
  ),
];
