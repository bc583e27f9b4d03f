/** What fetch servers get wrong about heads, row by row. */
import assert from "node:assert/strict";
import type { Place } from "./carriers.js";
import { type FetchRow, simple, valuesOf } from "./fetch-row.js";

/** Sends a request as bytes on a connection of its own and gives the text of the head that comes back. */
async function rawHead({ client }: Place, request: string): Promise<string> {
  const connection = await client.connect();
  await connection.write(request);
  connection.halfClose();
  const text = Buffer.from(await connection.source.rest()).toString("latin1");
  return text.slice(0, text.indexOf("\r\n\r\n") + 2).toLowerCase();
}

/** Rows on heads. */
export const fetchHeadRows: readonly FetchRow[] = [
  simple(
    "two Set-Cookie fields are kept apart",
    () =>
      new Response("ok", {
        headers: [
          ["set-cookie", "a=1, x"],
          ["set-cookie", "b=2"],
        ],
      }),
    async ({ client }) => {
      assert.deepEqual(valuesOf((await client.request()).headers, "set-cookie"), ["a=1, x", "b=2"]);
    },
  ),
  simple(
    "repeated request fields are joined",
    (request) => new Response(request.headers.get("x-list")),
    async ({ client }) => {
      const response = await client.request({
        headers: [
          ["x-list", "one"],
          ["x-list", "two"],
        ],
      });
      assert.equal(response.text(), "one, two");
    },
  ),
  simple(
    "a byte above 0x7f in a field value is kept both ways",
    (request) => new Response(null, { headers: { "x-back": request.headers.get("x-name")! } }),
    async ({ client }) => {
      const response = await client.request({ headers: [["x-name", "caf\u00e9"]] });
      assert.deepEqual(valuesOf(response.headers, "x-back"), ["caf\u00e9"]);
    },
  ),
  simple(
    "the status text is kept",
    () => new Response("ok", { status: 404, statusText: "Gone Fishing" }),
    async ({ client }) => {
      const { status, statusText } = await client.open().head();
      assert.deepEqual([status, statusText], [404, "Gone Fishing"]);
    },
  ),
  simple(
    "a redirect is sent and not followed",
    () => Response.redirect("http://example.com/there", 307),
    async ({ client }) => {
      const response = await client.request();
      assert.deepEqual(
        [response.status, valuesOf(response.headers, "location")],
        [307, ["http://example.com/there"]],
      );
    },
  ),
  simple(
    "content-length and transfer-encoding of the app: only the length is sent",
    () => new Response("hello", { headers: { "content-length": "5", "transfer-encoding": "chunked" } }),
    async (place) => {
      const head = await rawHead(place, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.match(head, /\r\ncontent-length: 5\r\n/);
      assert.doesNotMatch(head, /transfer-encoding/);
    },
  ),
  ...[204, 304].map((status) =>
    simple(
      `a ${status} has no framing of a body`,
      () => new Response(null, { status }),
      async (place) => {
        const head = await rawHead(place, "GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        assert.match(head, new RegExp(`^http/1.1 ${status}`));
        assert.doesNotMatch(head, /\r\n(content-length|transfer-encoding):/);
      },
    ),
  ),
  {
    title: "a malformed Host reaches no handler",
    differs: { "toNode on node:http": "node:http hands it on; the URL has the server's own address" },
    make: () => ({
      handler: (request) => new Response(request.url),
      async check(place) {
        assert.match(await rawHead(place, "GET / HTTP/1.1\r\nhost: a b/c\r\n\r\n"), /^http\/1.1 400 /);
      },
    }),
  },
  simple(
    "an absolute target is the URL",
    (request) => new Response(null, { headers: { "x-url": request.url } }),
    async (place) => {
      const head = await rawHead(place, "GET http://example.com/x?y HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.match(head, /\r\nx-url: http:\/\/example\.com\/x\?y\r\n/);
    },
  ),
  simple(
    "OPTIONS * reaches the handler",
    (request) => new Response(null, { headers: { "x-url": request.url } }),
    async (place) => {
      const head = await rawHead(place, "OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n");
      assert.match(head, /\r\nx-url: http:\/\/a\/\*\r\n/);
    },
  ),
  simple(
    "TRACE, which no Request can say, is answered with 501",
    () => new Response("never"),
    async (place) => {
      assert.match(await rawHead(place, "TRACE / HTTP/1.1\r\nhost: a\r\n\r\n"), /^http\/1.1 501 /);
    },
  ),
  {
    title: "an informational response is sent before the head",
    differs: { "fromFetch behind toFetch": "a handler gives one Response" },
    make: () => ({
      async handler(_request, context) {
        await context.informational(103, [["link", "</x.css>; rel=preload"]]);
        return new Response("ok");
      },
      async check({ client }) {
        const exchange = client.open();
        await exchange.response();
        assert.deepEqual(exchange.informational, [
          { status: 103, headers: [["link", "</x.css>; rel=preload"]] },
        ]);
      },
    }),
  },
  simple(
    "the client's address and the root path are at hand",
    (_request, { clientAddress, rootPath }) => Response.json([clientAddress, rootPath]),
    async ({ client }) => {
      const connection = await client.connect();
      await connection.write("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n");
      const text = Buffer.from(await connection.source.rest()).toString();
      assert.ok(text.includes(`[["${connection.local.address}",${connection.local.port}],""]`), text);
    },
  ),
];
