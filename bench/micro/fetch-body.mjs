/**
 * What a Request and a Response cost, and which public way of reading a Response body is cheapest.
 * Run: node bench/micro/fetch-body.mjs
 */
import { browserHeaders, fewHeaders, measure } from "./measure.mjs";

const url = "http://127.0.0.1:5000/hello?name=value";
const text = "Hello, World!";
const calls = 30_000;

console.log(`Node ${process.versions.node}`);
await measure("new Request(url)", () => new Request(url), calls);
await measure("new Request(url, 3 headers)", () => new Request(url, { headers: fewHeaders }), calls);
await measure("new Request(url, 12 headers)", () => new Request(url, { headers: browserHeaders }), calls);
const withSignal = () => new Request(url, { headers: fewHeaders, signal: new AbortController().signal });
await measure("new Request(url, 3 headers, signal)", withSignal, calls);
await measure("new Response(null)", () => new Response(null), calls);
await measure("new Response(text), unread", async () => new Response(text), calls);
await measure("response.text()", () => new Response(text).text(), calls);
await measure("response.arrayBuffer()", () => new Response(text).arrayBuffer(), calls);
if (Response.prototype.bytes) await measure("response.bytes()", () => new Response(text).bytes(), calls);
await measure("response.blob()", () => new Response(text).blob(), calls);
await measure(
  "for await (response.body)",
  async () => {
    for await (const piece of new Response(text).body) void piece;
  },
  calls,
);
await measure(
  "reader of response.body, to the end",
  async () => {
    const reader = new Response(text).body.getReader();
    while (!(await reader.read()).done);
  },
  calls,
);
