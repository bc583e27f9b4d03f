/** PAGI cases: events that break a rule fail the send and leave everything as it was. */
import assert from "node:assert/strict";
import type { App } from "../../pagi/app.ts";
import type { CaseDefinition } from "../suite-case.ts";
import { BAD_HEADERS } from "./bad-headers.ts";
import { answer, httpApp, piece, PLAIN, refused, start, survives, watched } from "./suite-tools.ts";

/** Cases on wrong events. */
export const refusalCases: readonly CaseDefinition[] = [
  {
    id: "pagi-34",
    rule: "HTTP-7, APP-11",
    title: "a second start and a body before the start are refused",
    run: (kit) =>
      survives(kit, async ({ send }) => {
        await refused(send, { type: "http.response.body", body: "early" });
        await start(send);
        await refused(send, { type: "http.response.start", status: 404 });
        await piece(send, "ok", false);
      }),
  },
  {
    id: "pagi-35",
    rule: "HTTP-21",
    title: "everything after the terminal event is refused",
    run: (kit) =>
      survives(kit, async ({ send }) => {
        await answer(send);
        await refused(send, { type: "http.response.body", body: "more" });
        await refused(send, { type: "http.response.start", status: 200 });
        await refused(send, { type: "http.response.trailers", headers: [] });
      }),
  },
  {
    id: "pagi-36",
    rule: "HTTP-8, HTTP-9",
    title: "a status or reason phrase that cannot be is refused",
    run: (kit) =>
      survives(kit, async ({ send }) => {
        for (const status of [100, 101, 199, 1000, 0, -200, 200.5, Number.NaN, "200", null, undefined]) {
          await refused(send, { type: "http.response.start", status });
        }
        for (const statusText of ["a\r\nx-evil: 1", "a\0", "\u3042", 7]) {
          await refused(send, { type: "http.response.start", status: 200, statusText });
        }
        await answer(send);
      }),
  },
  {
    id: "pagi-37",
    rule: "HEAD-1, HEAD-2, HEAD-4, HEAD-5",
    title: "header injection and malformed headers are refused, never mended",
    run: (kit) =>
      survives(kit, async ({ send }) => {
        for (const [, headers] of BAD_HEADERS) {
          await refused(send, { type: "http.response.start", status: 200, headers });
        }
        await answer(send);
      }),
  },
  {
    id: "pagi-38",
    rule: "HEAD-5, HTTP-19",
    title: "trailers are held to the same rules, and hold no framing field",
    needs: ["responseTrailers"],
    run: (kit) =>
      survives(kit, async ({ send }) => {
        await send({ type: "http.response.start", status: 200, headers: PLAIN, trailers: true });
        await piece(send, "ok", false);
        await refused(send, { type: "http.response.trailers", headers: [["x-a", "b\r\nc: d"]] });
        for (const name of [
          "content-length",
          "transfer-encoding",
          "host",
          "content-type",
          "set-cookie",
          "te",
        ]) {
          await refused(send, { type: "http.response.trailers", headers: [[name, "1"]] });
        }
        await send({ type: "http.response.trailers", headers: [["x-a", "b"]] });
      }),
  },
  {
    id: "pagi-39",
    rule: "HTTP-17",
    title: "trailers that were not promised, or come before the end of the body, are refused",
    run: (kit) =>
      survives(kit, async ({ send }) => {
        await refused(send, { type: "http.response.trailers", headers: [] });
        await start(send);
        await refused(send, { type: "http.response.trailers", headers: [] });
        await piece(send, "ok", false);
      }),
  },
  {
    id: "pagi-40",
    rule: "HTTP-18",
    title: "trailers together with content-length are refused on HTTP/1.x",
    needs: ["http1", "wire"],
    run: (kit) =>
      survives(kit, async ({ send }) => {
        const headers = [["content-length", "2"]];
        await refused(send, { type: "http.response.start", status: 200, headers, trailers: true });
        await answer(send);
      }),
  },
  {
    id: "pagi-41",
    rule: "HTTP-10, HTTP-11",
    title: "a body of the wrong type, or of two kinds at once, is refused",
    run: (kit) =>
      survives(kit, async ({ send }) => {
        await start(send);
        for (const body of [7, null, ["a"], {}, true, new Date(0)]) {
          await refused(send, { type: "http.response.body", body });
        }
        await refused(send, { type: "http.response.body", body: "a", more: 1 });
        await refused(send, { type: "http.response.body", body: "a", file: "/etc/hostname" });
        await piece(send, "ok", false);
      }),
  },
  {
    id: "pagi-42",
    rule: "HTTP-22, HEAD-12",
    title: "pieces that do not add up to content-length are refused",
    run: (kit) =>
      survives(kit, async ({ send }) => {
        for (const value of ["-1", "1e1", "", "0x2", " 2", "2, 2", "99999999999999999999"]) {
          await refused(send, {
            type: "http.response.start",
            status: 200,
            headers: [["content-length", value]],
          });
        }
        await start(send, [["content-length", "2"]]);
        await refused(send, { type: "http.response.body", body: "too long" });
        await refused(send, { type: "http.response.body", body: "o" });
        await piece(send, "o");
        await refused(send, { type: "http.response.body", body: "kay" });
        await refused(send, { type: "http.response.body" });
        await piece(send, "k", false);
      }),
  },
  {
    id: "pagi-43",
    rule: "HTTP-23",
    title: "bytes in a 204 or 304 are refused",
    async run(kit) {
      const { app, result } = watched(async ({ scope, send }) => {
        await send({ type: "http.response.start", status: Number(scope.path.slice(1)) });
        await refused(send, { type: "http.response.body", body: "bytes" });
        await send({ type: "http.response.body" });
      });
      const client = await kit.serve(app);
      assert.equal((await client.request({ path: "/204" })).status, 204);
      assert.equal((await client.request({ path: "/304" })).status, 304);
      await result;
    },
  },
  {
    id: "pagi-44",
    rule: "APP-8",
    title: "overlapping sends are taken whole and in order, or refused",
    async run(kit) {
      const { app, result } = watched(async ({ send }) => {
        const sends = [start(send), piece(send, "a"), piece(send, "b"), piece(send, "c", false)];
        const settled = await Promise.allSettled(sends);
        if (settled.some(({ status }) => status === "rejected")) {
          if (settled[0]?.status === "rejected") await start(send);
          if (settled[3]?.status === "rejected") await piece(send, "z", false);
        }
        return settled.map(({ status }, index) => (status === "fulfilled" ? ["", "a", "b", "c"][index] : ""));
      });
      const client = await kit.serve(app);
      const text = (await client.request()).text();
      const taken = (await result).join("");
      assert.equal(text.replace(/z$/, ""), taken);
    },
  },
  {
    id: "pagi-45",
    rule: "APP-12",
    title: "fields that the contract does not name are ignored",
    async run(kit) {
      const app: App = httpApp(async ({ send }) => {
        const extra = { "x-extra": true, note: { any: "thing" } };
        await send({ type: "http.response.start", status: 200, headers: PLAIN, ...extra });
        await send({ type: "http.response.body", body: "ok", ...extra });
      });
      const client = await kit.serve(app);
      assert.equal((await client.request()).text(), "ok");
    },
  },
  {
    id: "pagi-46",
    rule: "APP-13, EXT-2",
    title: "unknown events, events of other scopes and things that are no events are refused",
    run: (kit) =>
      survives(kit, async ({ scope, send }) => {
        const events = [
          { type: "http.response.nonsense" },
          { type: "websocket.accept" },
          { type: "sse.start" },
          { type: "lifespan.startup.complete" },
          { type: "http.request", body: new Uint8Array(0), more: false },
          { type: 7 },
          {},
          null,
          undefined,
          "http.response.start",
        ];
        for (const event of events) await refused(send, event);
        if (scope.extensions.earlyHints === undefined) {
          await refused(send, { type: "http.response.informational", status: 103 });
        }
        if (scope.extensions.fullflush === undefined) await refused(send, { type: "http.fullflush" });
        await answer(send);
      }),
  },
  {
    id: "pagi-47",
    rule: "EXT-HINT-1, EXT-HINT-2",
    title: "informational responses that are none, or come too late, are refused",
    needs: ["earlyHints"],
    run: (kit) =>
      survives(kit, async ({ send }) => {
        for (const status of [100, 101, 200, "103"]) {
          await refused(send, { type: "http.response.informational", status });
        }
        await refused(send, {
          type: "http.response.informational",
          status: 103,
          headers: [["link", "a\r\nx-evil: 1"]],
        });
        await start(send);
        await refused(send, { type: "http.response.informational", status: 103 });
        await piece(send, "ok", false);
      }),
  },
];
