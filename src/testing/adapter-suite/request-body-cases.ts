/** Adapter cases: request bodies. */
import { nextTurn } from "../../exchange/next-turn.ts";
import assert from "node:assert/strict";
import type { HttpReceiveEvent } from "../../pagi/event.ts";
import type { Headers } from "../../pagi/scope.ts";
import { type AdapterDefinition, httpOnly, respond, until, wholeBody } from "../adapter-case.ts";
import { BodyScript } from "../body-script.ts";

/** Every byte, many times. */
const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff);

/** Cases on request bodies. */
export const requestBodyCases: readonly AdapterDefinition[] = [
  {
    id: "adapter-14",
    title: "the body of a GET arrives",
    loss: "getBody",
    async run(kit) {
      const client = kit.client(
        httpOnly(async ({ receive, send }) => respond(send, await wholeBody(receive))),
      );
      assert.equal((await client.request({ body: "asked" })).text(), "asked");
    },
  },
  {
    id: "adapter-15",
    title: "a request without a body is one empty piece",
    async run(kit) {
      const events: unknown[] = [];
      const app = httpOnly(async ({ receive, send }) => {
        events.push(await receive());
        await respond(send, "ok");
      });
      await kit.client(app).request();
      assert.deepEqual(events, [{ type: "http.request", body: new Uint8Array(0), more: false }]);
    },
  },
  {
    id: "adapter-16",
    title: "the bytes of a whole body arrive",
    async run(kit) {
      const client = kit.client(
        httpOnly(async ({ receive, send }) => respond(send, await wholeBody(receive))),
      );
      const { body } = await client.request({ method: "POST", body: BYTES });
      assert.ok(Buffer.from(body).equals(BYTES));
    },
  },
  {
    id: "adapter-17",
    title: "a piece of a body arrives before the next one is sent",
    async run(kit) {
      const seen: string[] = [];
      const app = httpOnly(async ({ receive, send }) => {
        for (let more = true; more;) {
          const event = await receive();
          assert.ok(event.type === "http.request");
          if (event.body.byteLength > 0) seen.push(Buffer.from(event.body).toString());
          more = event.more;
        }
        await respond(send, "ok");
      });
      const body = new BodyScript();
      const exchange = kit.client(app).open({ method: "POST", body });
      for (const word of ["one", "two", "three"]) {
        body.push(word);
        await until(() => seen.at(-1) === word, `the piece ${word}`);
      }
      body.end();
      await exchange.response();
      assert.deepEqual(seen, ["one", "two", "three"]);
    },
  },
  {
    id: "adapter-18",
    title: "a body that is cut short never looks whole",
    async run(kit) {
      let last: HttpReceiveEvent | undefined;
      const app = httpOnly(async ({ receive }) => {
        do last = (await receive()) as HttpReceiveEvent;
        while (last.type === "http.request" && last.more);
      });
      const body = new BodyScript().push("half");
      const headers: Headers = [["content-length", "8"]];
      const exchange = kit.client(app).open({ method: "POST", headers, body });
      await until(() => last !== undefined, "the first piece");
      exchange.disconnect();
      await until(() => last!.type === "http.disconnect", "the disconnect");
    },
  },
  {
    id: "adapter-19",
    title: "request trailers arrive",
    loss: "requestTrailers",
    async run(kit) {
      let trailers: Headers | undefined;
      const app = httpOnly(async ({ receive, send }) => {
        for (let more = true; more;) {
          const event = await receive();
          assert.ok(event.type === "http.request");
          trailers = event.trailers;
          more = event.more;
        }
        await respond(send, "ok");
      });
      const body = new BodyScript().push("body").end();
      await kit.client(app).request({ method: "POST", body, trailers: [["x-sum", "42"]] });
      assert.deepEqual(trailers, [["x-sum", "42"]]);
    },
  },
  {
    id: "adapter-20",
    title: "a body that nobody reads does not hold the response back",
    async run(kit) {
      const client = kit.client(httpOnly(async ({ send }) => respond(send, "unread")));
      assert.equal((await client.request({ method: "POST", body: BYTES })).text(), "unread");
    },
  },
  {
    id: "adapter-21",
    title: "a body is asked for only when the app asks",
    async run(kit) {
      const begun: boolean[] = [];
      const body = new BodyScript().push("late").end();
      const app = httpOnly(async ({ receive, send }) => {
        await nextTurn();
        begun.push(body.taken > 0);
        respond(send, await wholeBody(receive)).catch(() => undefined);
      });
      assert.equal((await kit.client(app).request({ method: "POST", body })).text(), "late");
      assert.deepEqual(begun, [false]);
    },
  },
];
