/** PAGI cases: the request body on its way to the app. */
import assert from "node:assert/strict";
import type { ReceiveEvent } from "../../pagi/event.ts";
import { BodyScript } from "../body-script.ts";
import { readBody } from "../wire-app.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { answer, fixture, httpApp, piece, signal, start, watched } from "./suite-tools.ts";

/** Cases on `http.request` and `receive`. */
export const requestCases: readonly CaseDefinition[] = [
  {
    id: "pagi-11",
    rule: "HTTP-1",
    title: "a request without a body gives one empty event",
    async run(kit) {
      const { app, result } = watched(async ({ receive, send }) => {
        const event = await receive();
        await answer(send);
        return event;
      });
      const client = await kit.serve(app);
      await client.request();
      const event = await result;
      assert.ok(event.type === "http.request");
      assert.equal(event.body.length, 0);
      assert.equal(event.more, false);
      assert.ok(event.body instanceof Uint8Array);
    },
  },
  {
    id: "pagi-12",
    rule: "HTTP-1",
    title: "a body of a given length arrives whole, more is true on all but the last piece",
    async run(kit) {
      const { app, result } = watched(async ({ receive, send }) => {
        const flags: boolean[] = [];
        const pieces: Uint8Array[] = [];
        do {
          const event = await receive();
          assert.ok(event.type === "http.request");
          flags.push(event.more);
          pieces.push(Buffer.from(event.body));
        } while (flags.at(-1) === true);
        await answer(send);
        return { flags, body: Buffer.concat(pieces) };
      });
      const client = await kit.serve(app);
      const body = fixture(1_000_000);
      await client.request({ method: "POST", body });
      const seen = await result;
      assert.ok(seen.body.equals(body));
      assert.equal(seen.flags.filter((more) => !more).length, 1);
    },
  },
  {
    id: "pagi-13",
    rule: "HEAD-13",
    title: "a chunked body arrives free of its coding",
    async run(kit) {
      const { app, result } = watched(async ({ scope, receive, send }) => {
        const { bytes } = await readBody(receive);
        await answer(send);
        return { bytes, names: scope.headers.map(([name]) => name) };
      });
      const client = await kit.serve(app);
      const body = new BodyScript().push("first ").push("second").push(fixture(5000)).end();
      await client.request({ method: "POST", body });
      const { bytes, names } = await result;
      assert.ok(bytes.equals(Buffer.concat([Buffer.from("first second"), fixture(5000)])));
      assert.ok(!(names.includes("content-length") && names.includes("transfer-encoding")));
    },
  },
  {
    id: "pagi-14",
    rule: "HTTP-1",
    title: "a piece of a body reaches the app before the next one is sent",
    async run(kit) {
      const body = new BodyScript();
      const client = await kit.serve(
        httpApp(async ({ receive, send }) => {
          await start(send);
          for (;;) {
            const event = await receive();
            if (event.type !== "http.request") return;
            await piece(send, event.body, event.more);
            if (!event.more) return;
          }
        }),
      );
      const exchange = client.open({ method: "POST", body });
      for (const word of ["one", "two", "three"]) {
        body.push(word);
        assert.equal(Buffer.from((await exchange.read()) ?? []).toString(), word);
      }
      body.end();
      assert.equal(await exchange.read(), undefined);
      assert.ok(exchange.complete);
    },
  },
  {
    id: "pagi-15",
    rule: "EXT-TRAIL-1",
    title: "request trailers come with the last event when the extension is offered",
    needs: ["requestTrailers"],
    async run(kit) {
      const { app, result } = watched(async ({ scope, receive, send }) => {
        const { trailers } = await readBody(receive);
        await answer(send);
        return { trailers, offered: scope.extensions.requestTrailers !== undefined };
      });
      const client = await kit.serve(app);
      const body = new BodyScript().push("x").end();
      await client.request({ method: "POST", body, trailers: [["X-Sum", "abc"]] });
      const seen = await result;
      assert.ok(seen.offered);
      assert.deepEqual(seen.trailers, [["x-sum", "abc"]]);
    },
  },
  {
    id: "pagi-16",
    rule: "HTTP-2, HTTP-4, APP-16, APP-17",
    title: "after the body comes only http.disconnect, once the exchange is over, again and again",
    async run(kit) {
      const { app, result } = watched(async ({ receive, send }) => {
        await receive();
        const pending = receive();
        await answer(send);
        return [await pending, await receive(), await receive()];
      });
      const client = await kit.serve(app);
      await client.request();
      const disconnected: ReceiveEvent = { type: "http.disconnect", reason: null };
      assert.deepEqual(await result, [disconnected, disconnected, disconnected]);
    },
  },
  {
    id: "pagi-17",
    rule: "HTTP-3",
    title: "a body that is cut short ends with http.disconnect, never with more: false",
    needs: ["disconnect"],
    async run(kit) {
      const began = signal();
      const { app, result } = watched(async ({ receive }) => {
        const events: ReceiveEvent[] = [];
        for (;;) {
          const event = await receive();
          events.push(event);
          began.resolve();
          if (event.type !== "http.request" || !event.more) return events;
        }
      });
      const client = await kit.serve(app);
      const exchange = client.open({ method: "POST", headers: [["Content-Length", "10"]], body: cut() });
      await began.promise;
      exchange.disconnect();
      const events = await result;
      assert.equal(events.at(-1)?.type, "http.disconnect");
    },
  },
  {
    id: "pagi-18",
    rule: "APP-9",
    title: "a receive given up through its signal consumes nothing",
    async run(kit) {
      const body = new BodyScript();
      const { app, result } = watched(async ({ receive, send }) => {
        const controller = new AbortController();
        const reason = new Error("given up");
        const given = receive({ signal: controller.signal });
        controller.abort(reason);
        const failure = await given.then(
          () => undefined,
          (error: unknown) => error,
        );
        body.push("kept").end();
        const { bytes } = await readBody(receive);
        await answer(send);
        return { same: failure === reason, text: bytes.toString() };
      });
      const client = await kit.serve(app);
      await client.request({ method: "POST", body });
      assert.deepEqual(await result, { same: true, text: "kept" });
    },
  },
  {
    id: "pagi-19",
    rule: "APP-10",
    title: "several pending calls of receive are answered in their order",
    async run(kit) {
      const { app, result } = watched(async ({ receive, send }) => {
        const [first, second] = [receive(), receive()];
        const event = await first;
        await answer(send);
        return [event.type, (await second).type];
      });
      const client = await kit.serve(app);
      await client.request();
      assert.deepEqual(await result, ["http.request", "http.disconnect"]);
    },
  },
  {
    id: "pagi-20",
    rule: "HTTP-5",
    title: "a body above the limit is answered 413 and the app learns body_too_large",
    needs: ["limits"],
    async run(kit) {
      const { app, result } = watched(async ({ receive }) => {
        for (;;) {
          const event = await receive();
          if (event.type !== "http.request") return event;
          assert.ok(event.more, "a body above the limit must not end");
        }
      });
      const client = await kit.serve(app, { bodyBytes: 1000 });
      const body = new BodyScript().push(fixture(600)).push(fixture(600)).end();
      const response = await client.request({ method: "POST", body });
      assert.equal(response.status, 413);
      assert.deepEqual(await result, { type: "http.disconnect", reason: "body_too_large" });
    },
  },
  {
    id: "pagi-21",
    rule: "HTTP-6",
    title: "100 Continue goes out when the app asks for the body, not earlier",
    needs: ["http1", "wire"],
    async run(kit) {
      const asked = signal();
      const client = await kit.serve(
        httpApp(async ({ receive, send }) => {
          await asked.promise;
          const { bytes } = await readBody(receive);
          await answer(send, bytes);
        }),
      );
      const connection = await client.connect();
      const head = `POST ${kit.mount}/ HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n`;
      await connection.write(head);
      assert.equal(connection.source.size, 0);
      asked.resolve();
      assert.equal((await connection.responses.head("POST")).status, 100);
      await connection.write("ok");
      assert.equal((await connection.responses.head("POST")).status, 200);
    },
  },
];

async function* cut(): AsyncGenerator<string> {
  yield "part";
  await new Promise(() => {});
}
