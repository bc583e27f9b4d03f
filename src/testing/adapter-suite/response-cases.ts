/** Adapter cases: responses. */
import assert from "node:assert/strict";
import { open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Headers } from "../../pagi/scope.ts";
import { type AdapterDefinition, closedGate, fieldValues, httpOnly, respond } from "../adapter-case.ts";

const BYTES = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 11 + (index >> 7)) & 0xff);
/** A file that is certainly there. */
const FILE: string = fileURLToPath(import.meta.url);

/** A response that is nothing but a head. */
function headOnly(status: number, headers: Headers, statusText?: string) {
  return httpOnly(async ({ send }) => {
    const phrase = statusText === undefined ? {} : { statusText };
    await send({ type: "http.response.start", status, headers, ...phrase });
    await send({ type: "http.response.body" });
  });
}

/** Cases on responses. */
export const responseCases: readonly AdapterDefinition[] = [
  {
    id: "adapter-22",
    title: "status, fields and bytes come back",
    async run(kit) {
      const headers: Headers = [
        ["content-type", "image/png"],
        ["x-name", "caf\u00e9"],
      ];
      const client = kit.client(
        httpOnly(async ({ send }) => {
          await send({ type: "http.response.start", status: 201, headers });
          await send({ type: "http.response.body", body: BYTES });
        }),
      );
      const response = await client.request();
      assert.equal(response.status, 201);
      assert.deepEqual(fieldValues(response.headers, "content-type"), ["image/png"]);
      assert.deepEqual(fieldValues(response.headers, "x-name"), ["caf\u00e9"]);
      assert.ok(Buffer.from(response.body).equals(BYTES) && response.complete);
    },
  },
  {
    id: "adapter-23",
    title: "each Set-Cookie stays a field of its own",
    async run(kit) {
      const headers: Headers = [
        ["set-cookie", "a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT"],
        ["set-cookie", "b=2"],
      ];
      const response = await kit.client(headOnly(200, headers)).request();
      assert.deepEqual(
        fieldValues(response.headers, "set-cookie"),
        headers.map(([, value]) => value),
      );
    },
  },
  {
    id: "adapter-24",
    title: "repeated response fields keep apart and in order",
    loss: "responseFieldOrder",
    async run(kit) {
      const sent: Headers = [
        ["x-b", "1"],
        ["x-a", "2"],
        ["x-b", "3"],
      ];
      const { headers } = await kit.client(headOnly(200, sent)).request();
      assert.deepEqual(
        headers.filter(([name]) => name.startsWith("x-")),
        sent,
      );
    },
  },
  {
    id: "adapter-25",
    title: "the reason phrase comes back",
    loss: "reasonPhrase",
    async run(kit) {
      const { statusText } = await kit
        .client(headOnly(404, [], "Gone Fishing"))
        .open()
        .head();
      assert.equal(statusText, "Gone Fishing");
    },
  },
  {
    id: "adapter-26",
    title: "a status above 599 comes back",
    loss: "highStatus",
    async run(kit) {
      assert.equal((await kit.client(headOnly(799, [])).request()).status, 799);
    },
  },
  ...[204, 304].map((status, index): AdapterDefinition => ({
    id: `adapter-${27 + index}`,
    title: `a ${status} comes back without a body or a length of one`,
    async run(kit) {
      const response = await kit.client(headOnly(status, [["etag", '"a"']])).request();
      assert.deepEqual([response.status, response.body.byteLength, response.complete], [status, 0, true]);
      assert.deepEqual(fieldValues(response.headers, "etag"), ['"a"']);
      assert.deepEqual(fieldValues(response.headers, "content-length"), []);
    },
  })),
  {
    id: "adapter-29",
    title: "HEAD is told the length and gets no body",
    async run(kit) {
      const headers: Headers = [["content-length", "5"]];
      const app = httpOnly(async ({ scope, send }) =>
        respond(send, scope.method === "HEAD" ? "hello" : "", headers),
      );
      const response = await kit.client(app).request({ method: "HEAD" });
      assert.deepEqual(fieldValues(response.headers, "content-length"), ["5"]);
      assert.deepEqual([response.body.byteLength, response.complete], [0, true]);
    },
  },
  {
    id: "adapter-30",
    title: "a piece of a body reaches the client before the next one is sent, under its declared length",
    async run(kit) {
      const gate = closedGate();
      const app = httpOnly(async ({ send }) => {
        await send({ type: "http.response.start", status: 200, headers: [["content-length", "9"]] });
        for (const word of ["one", "two"]) {
          await send({ type: "http.response.body", body: word, more: true });
          await gate.wait();
        }
        await send({ type: "http.response.body", body: "end" });
      });
      const exchange = kit.client(app).open();
      assert.deepEqual(fieldValues((await exchange.head()).headers, "content-length"), ["9"]);
      for (const word of ["one", "two"]) {
        assert.equal(Buffer.from((await exchange.read())!).toString(), word);
        gate.open();
      }
      assert.equal((await exchange.response()).text(), "end");
    },
  },
  {
    id: "adapter-31",
    title: "a part of a file that is named comes back",
    loss: "files",
    async run(kit) {
      const app = httpOnly(async ({ send }) => {
        await send({ type: "http.response.start", status: 200 });
        await send({ type: "http.response.body", file: FILE, offset: 0, length: 21 });
      });
      assert.equal((await kit.client(app).request()).text(), "/** Adapter cases: re");
    },
  },
  {
    id: "adapter-32",
    title: "a part of a file that is open comes back",
    loss: "files",
    async run(kit) {
      const app = httpOnly(async ({ send }) => {
        const handle = await open(FILE);
        try {
          await send({ type: "http.response.start", status: 200 });
          await send({ type: "http.response.body", handle, offset: 4, length: 7 });
        } finally {
          await handle.close();
        }
      });
      assert.equal((await kit.client(app).request()).text(), "Adapter");
    },
  },
  {
    id: "adapter-33",
    title: "response trailers come back",
    loss: "responseTrailers",
    async run(kit) {
      const app = httpOnly(async ({ send }) => {
        const headers: Headers = [["trailer", "x-sum"]];
        await send({ type: "http.response.start", status: 200, headers, trailers: true });
        await send({ type: "http.response.body", body: "body" });
        await send({ type: "http.response.trailers", headers: [["x-sum", "42"]] });
      });
      const { trailers } = await kit.client(app).request();
      assert.deepEqual(trailers, [["x-sum", "42"]]);
    },
  },
  {
    id: "adapter-34",
    title: "an informational response comes back before the head",
    loss: "informational",
    async run(kit) {
      const app = httpOnly(async ({ scope, send }) => {
        assert.ok(scope.extensions.earlyHints !== undefined, "earlyHints is offered");
        await send({ type: "http.response.informational", status: 103, headers: [["link", "</x.css>"]] });
        await respond(send, "ok");
      });
      const { informational, status } = await kit.client(app).request();
      assert.deepEqual([informational, status], [[{ status: 103, headers: [["link", "</x.css>"]] }], 200]);
    },
  },
  {
    id: "adapter-35",
    title: "what is offered by name works, and nothing else is offered: a flush sends the head",
    loss: "fullflush",
    async run(kit) {
      const gate = closedGate();
      const app = httpOnly(async ({ scope, send }) => {
        assert.ok(scope.extensions.fullflush !== undefined, "fullflush is offered");
        await send({ type: "http.response.start", status: 200 });
        await send({ type: "http.fullflush" });
        await gate.wait();
        await send({ type: "http.response.body", body: "late" });
      });
      const exchange = kit.client(app).open();
      assert.equal((await exchange.head()).status, 200);
      gate.open();
      assert.equal((await exchange.response()).text(), "late");
    },
  },
];
