/** What fetch servers get wrong, row by row: ends, losses and stops. */
import assert from "node:assert/strict";
import { until } from "../../support/hosted.js";
import type { FetchRow } from "./fetch-row.js";

const FIRST = new Uint8Array(16);

/** A body that gives one piece and then nothing, and says how it was cancelled. */
function idle(cancelled: (reason: unknown) => void): ReadableStream {
  let count = 0;
  return new ReadableStream({
    async pull(controller) {
      if (count++ === 0) return controller.enqueue(FIRST);
      await new Promise(() => undefined);
    },
    cancel: cancelled,
  });
}

/** A row about the abort signal of one request. */
function signalRow(title: string, method: "GET" | "POST", leaves: boolean): FetchRow {
  return {
    title,
    make() {
      const aborts: boolean[] = [];
      let requests = 0;
      return {
        async handler(request) {
          requests++;
          aborts.push(false);
          const index = aborts.length - 1;
          request.signal.addEventListener("abort", () => (aborts[index] = true));
          await request.text();
          return new Response(leaves ? idle(() => undefined) : "ok");
        },
        async check({ client }) {
          const body = method === "POST" ? { body: "some body" } : {};
          const exchange = client.open({ method, ...body });
          await exchange.head();
          if (leaves) {
            exchange.disconnect();
            return until(() => aborts[0] === true);
          }
          await exchange.response();
          exchange.disconnect();
          // A later request has been through by the time this one is judged.
          for (let round = 0; round < 3; round++) await client.request({ method, ...body });
          assert.deepEqual([requests, aborts.includes(true)], [4, false]);
        },
      };
    },
  };
}

/** Rows on ends. */
export const fetchEndingRows: readonly FetchRow[] = [
  signalRow("the abort signal is silent on a GET that ends well", "GET", false),
  signalRow("the abort signal is silent on a POST that ends well", "POST", false),
  signalRow("the abort signal fires when the client leaves a GET", "GET", true),
  signalRow("the abort signal fires when the client leaves, also after the body was read", "POST", true),
  {
    title: "a stream that is idle is cancelled when the client leaves, with an Error as the reason",
    make() {
      const reasons: unknown[] = [];
      return {
        handler: () => new Response(idle((reason) => void reasons.push(reason))),
        async check({ client }) {
          const exchange = client.open();
          await exchange.read();
          exchange.disconnect();
          await until(() => reasons.length > 0);
          assert.equal(reasons.length, 1);
          assert.ok(reasons[0] instanceof Error);
          assert.match(reasons[0].message, /client|disconnect|nobody/i);
        },
      };
    },
  },
  {
    title: "a cancel of the app that throws harms nobody",
    make() {
      let cancels = 0;
      const cancelled = (): never => {
        cancels++;
        throw new Error("in cancel");
      };
      return {
        handler: (request) => new Response(request.url.endsWith("/fine") ? "fine" : idle(cancelled)),
        async check({ client, log }) {
          const exchange = client.open();
          await exchange.read();
          exchange.disconnect();
          await until(() => cancels > 0);
          assert.equal((await client.request({ path: "/fine" })).text(), "fine");
          await until(() => log.some((line) => line.includes("in cancel")));
        },
      };
    },
  },
  {
    title: "work given to waitUntil is waited for when the server stops",
    make() {
      const notes: string[] = [];
      let finish: (() => void) | undefined;
      return {
        handler(_request, context) {
          const work = new Promise<void>((resolve) => (finish = resolve));
          context.waitUntil(work.then(() => void notes.push("work")));
          return new Response("ok");
        },
        async check({ client, running }) {
          await client.request();
          const closed = running.close({ graceMs: 5000 }).then(() => notes.push("closed"));
          setImmediate(() => finish!());
          await closed;
          assert.deepEqual(notes, ["work", "closed"]);
        },
      };
    },
  },
  {
    title: "a stop waits for the request under way and for no connection that is kept open",
    make() {
      let answer: ((response: Response) => void) | undefined;
      return {
        handler: () => new Promise<Response>((resolve) => (answer = resolve)),
        async check({ client, running }) {
          const exchange = client.open();
          await until(() => answer !== undefined);
          const began = performance.now();
          const closed = running.close({ graceMs: 30_000 });
          answer!(new Response("late"));
          assert.equal((await exchange.response()).text(), "late");
          await closed;
          assert.ok(performance.now() - began < 4000, `${performance.now() - began} ms`);
        },
      };
    },
  },
];
