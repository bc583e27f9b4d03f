/**
 * What the fetch adapter adds to one exchange: whole calls with a server that does nothing.
 * Run: npm run build && node bench/micro/fetch-call.mjs
 */
import { fromFetch } from "../../dist/adapter/fetch.js";
import { requestOf } from "../../dist/adapter/fetch/request.js";
import { answerWith } from "../../dist/adapter/fetch/response.js";
import { browserHeaders, fewHeaders, measure } from "./measure.mjs";

const DONE = Promise.resolve();
const send = () => DONE;
const receive = () => new Promise(() => undefined);
const connection = { onDisconnect: () => undefined, isConnected: true, signal: undefined };

function scopeWith(headers) {
  return {
    type: "http",
    method: "GET",
    path: "/hello",
    rawPath: "/hello",
    queryString: "name=value",
    rootPath: "",
    headers,
    httpVersion: "1.1",
    scheme: "http",
    extensions: {},
    connection,
  };
}

const init = { headers: { "content-type": "text/plain" } };
const answer = () => new Response("Hello, World!", init);
const outlet = { send, connection, isHead: false, report: () => undefined };
const calls = 30_000;

await measure("requestOf, 3 headers", () => requestOf(scopeWith(fewHeaders), receive, {}), calls);
await measure("requestOf, 12 headers", () => requestOf(scopeWith(browserHeaders), receive, {}), calls);
await measure("new Response with a header, unread", async () => void answer(), calls);
await measure("new Response and answerWith", () => answerWith(answer(), outlet), calls);
const app = fromFetch(answer);
await measure("whole call, 3 headers", () => app(scopeWith(fewHeaders), receive, send), calls);
await measure("whole call, 12 headers", () => app(scopeWith(browserHeaders), receive, send), calls);
const lazy = fromFetch(answer, { lazyRequest: true });
await measure("whole call, 3 headers, lazy request", () => lazy(scopeWith(fewHeaders), receive, send), calls);
await measure(
  "whole call, 12 headers, lazy request",
  () => lazy(scopeWith(browserHeaders), receive, send),
  calls,
);
