/** What bridges from node handlers get wrong, row by row. */
import assert from "node:assert/strict";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import compression from "compression";
import express from "express";
import { standstill, until } from "../../support/hosted.js";
import type { Carrier, Place } from "./carriers.js";

/** One row of the table, for a plain listener or an Express app. */
export interface NodeRow {
  readonly title: string;
  make(): { readonly listener: RequestListener; check(place: Place): Promise<void> };
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

const CHUNK = new Uint8Array(65_536);
const PLENTY = 2000;

/** Without its own field: after any `setHeader`, Node 20 itself keeps the last of repeated fields in `writeHead`. */
function quiet(): express.Express {
  return express().set("env", "test").disable("x-powered-by");
}

/** The same row for a plain listener and behind Express, which swaps the prototypes of both objects. */
function both(
  title: string,
  make: () => { readonly listener: Listener; check(place: Place): Promise<void> },
): NodeRow[] {
  const behindExpress = (): ReturnType<NodeRow["make"]> => {
    const { listener, check } = make();
    return {
      listener: quiet().use((request, response) => listener(request, response)) as RequestListener,
      check,
    };
  };
  return [
    { title: `${title} (plain)`, make },
    { title: `${title} (Express)`, make: behindExpress },
  ];
}

function valuesOf(headers: readonly (readonly [string, string])[], name: string): string[] {
  return headers.filter((pair) => pair[0] === name).map(([, value]) => value);
}

/** A fetch handler gives one Response, and that has no trailers. */
const PLAIN_RESPONSE: Carrier = "fromFetch behind toFetch";

/** What Express apps do every day. */
const everyday: NodeRow = {
  title: "responses, cookies, a JSON parser, a megabyte back, 204, 304, HEAD, sendFile and compression",
  make() {
    const app = quiet();
    app.get("/cookies", (_, response) => void response.cookie("a", "1").cookie("b", "2").send("plain"));
    app.post("/json", express.json(), (request, response) => void response.json(request.body));
    app.post("/back", (request, response) => void request.pipe(response));
    app.get("/204", (_, response) => void response.status(204).end());
    app.get("/file", (_, response) => response.sendFile(`${process.cwd()}/package.json`));
    app.get("/small", compression({ threshold: 0 }), (_, response) => void response.send("a".repeat(5000)));
    return {
      listener: app as RequestListener,
      async check({ client }) {
        const cookies = await client.request({ path: "/cookies" });
        assert.equal(cookies.text(), "plain");
        assert.deepEqual(valuesOf(cookies.headers, "set-cookie"), ["a=1; Path=/", "b=2; Path=/"]);
        const headers = [["content-type", "application/json"]] as const;
        const json = await client.request({ method: "POST", path: "/json", headers, body: '{"a":[1]}' });
        assert.equal(json.text(), '{"a":[1]}');
        const body = "0123456789".repeat(104_858);
        assert.equal((await client.request({ method: "POST", path: "/back", body })).text(), body);
        assert.equal((await client.request({ path: "/204" })).status, 204);
        const file = await client.request({ path: "/file" });
        const etag = valuesOf(file.headers, "etag")[0]!;
        assert.ok(file.text().includes('"name": "tack"'));
        const again = { path: "/file", headers: [["if-none-match", etag]] as const };
        assert.equal((await client.request(again)).status, 304);
        const head = await client.request({ method: "HEAD", path: "/file" });
        assert.deepEqual([head.status, head.text()], [200, ""]);
        const small = { path: "/small", headers: [["accept-encoding", "gzip"]] as const };
        assert.ok((await client.request(small)).body.byteLength < 1000);
      },
    };
  },
};

/** Every row of the table. */
export const nodeRows: readonly NodeRow[] = [
  everyday,
  ...both("a response streams while its handler runs", () => {
    let held: ServerResponse | undefined;
    return {
      listener(_request, response) {
        response.write("first");
        held = response;
      },
      async check({ client }) {
        const exchange = client.open();
        assert.equal(Buffer.from((await exchange.read())!).toString(), "first");
        held!.end("last");
        assert.equal(Buffer.from((await exchange.read())!).toString(), "last");
      },
    };
  }),
  ...both("a reader that stalls holds the writer back", () => {
    let written = 0;
    const fill = (response: ServerResponse): void => {
      while (written < PLENTY) {
        written++;
        if (!response.write(CHUNK)) return void response.once("drain", () => fill(response));
      }
      response.end();
    };
    return {
      listener: (_request, response) => fill(response),
      async check({ client }) {
        const exchange = client.open();
        await exchange.head();
        assert.ok((await standstill(() => written)) < PLENTY);
        assert.equal((await exchange.response()).body.byteLength, PLENTY * CHUNK.byteLength);
      },
    };
  }),
  ...both("a reader that gives up closes the response, and a write after it harms nobody", () => {
    const notes: string[] = [];
    return {
      listener(request, response) {
        if (request.url === "/fine") return void response.end("fine");
        response.on("close", () => {
          notes.push(`closed ${response.writableFinished}`);
          response.write("nobody reads this");
          response.end("nor this");
        });
        response.write("first");
      },
      async check({ client }) {
        const exchange = client.open();
        await exchange.read();
        exchange.disconnect();
        await until(() => notes.length > 0);
        assert.deepEqual(notes, ["closed false"]);
        assert.equal((await client.request({ path: "/fine" })).text(), "fine");
      },
    };
  }),
  ...both("a client that leaves before the head closes request and response", () => {
    const notes: string[] = [];
    let hasBegun = false;
    return {
      listener(request, response) {
        hasBegun = true;
        request.on("aborted", () => notes.push("aborted"));
        response.on("close", () => notes.push("closed"));
      },
      async check({ client }) {
        const exchange = client.open();
        exchange.head().catch(() => undefined);
        await until(() => hasBegun);
        exchange.disconnect();
        await until(() => notes.length === 2);
        assert.deepEqual(notes.toSorted(), ["aborted", "closed"]);
      },
    };
  }),
  ...both("early hints are sent where they can be, and never become part of the body", () => ({
    listener(_request, response) {
      response.writeEarlyHints({ link: "</x.css>; rel=preload" });
      response.end("body");
    },
    async check({ client, carrier }) {
      const exchange = client.open();
      assert.equal((await exchange.response()).text(), "body");
      const expected = carrier === PLAIN_RESPONSE ? [] : [103];
      assert.deepEqual(
        exchange.informational.map(({ status }) => status),
        expected,
      );
    },
  })),
  ...both("trailers are sent where they can be", () => ({
    listener(_request, response) {
      response.setHeader("trailer", "x-sum");
      response.write("body");
      response.addTrailers({ "x-sum": "42" });
      response.end();
    },
    async check({ client, carrier }) {
      const exchange = client.open();
      const { status, body } = await exchange.response();
      assert.deepEqual([status, Buffer.from(body).toString()], [200, "body"]);
      assert.deepEqual(exchange.trailers, carrier === PLAIN_RESPONSE ? [] : [["x-sum", "42"]]);
    },
  })),
  ...both("a response that is destroyed in its middle is cut, never ended", () => {
    let held: ServerResponse | undefined;
    return {
      listener(_request, response) {
        response.write("first");
        held = response;
      },
      async check({ client }) {
        const exchange = client.open();
        await exchange.read();
        held!.destroy();
        assert.deepEqual([await exchange.read(), exchange.complete], [undefined, false]);
      },
    };
  }),
  ...both("a handler that throws is a 500", () => ({
    listener() {
      throw new Error("thrown");
    },
    async check({ client }) {
      assert.equal((await client.request()).status, 500);
    },
  })),
  ...both("repeated fields given to writeHead are all sent", () => ({
    listener(_request, response) {
      response.writeHead(200, ["set-cookie", "a=1", "set-cookie", "b=2", "vary", "a", "vary", "b"]).end("ok");
    },
    async check({ client }) {
      const { headers } = await client.request();
      assert.deepEqual(valuesOf(headers, "set-cookie"), ["a=1", "b=2"]);
      assert.equal(valuesOf(headers, "vary").join(", "), "a, b");
    },
  })),
  ...both("the client's address is visible", () => ({
    listener: ({ socket }, response) => void response.end(`${socket.remoteAddress} ${socket.remotePort}`),
    async check({ client }) {
      const connection = await client.connect();
      await connection.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      const text = Buffer.from(await connection.source.rest()).toString();
      assert.ok(text.endsWith(`\r\n\r\n${connection.local.address} ${connection.local.port}`), text);
    },
  })),
];
