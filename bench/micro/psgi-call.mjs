/**
 * What the PSGI adapter adds to one exchange: whole calls with a server that does nothing.
 * Run: npm run build && node bench/micro/psgi-call.mjs
 */
import { fromPsgi } from "../../dist/adapter/psgi.js";
import { browserHeaders, fewHeaders, measure } from "./measure.mjs";

const DONE = Promise.resolve();
const send = () => DONE;
const receive = () => new Promise(() => undefined);
const logger = () => undefined;
const connection = { onDisconnect: () => undefined, isConnected: true, closed: DONE };

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
    client: ["127.0.0.1", 40_000],
    server: ["127.0.0.1", 5000],
    extensions: { logger, earlyHints: {} },
    connection,
  };
}

const HEADERS = ["Content-Type", "text/plain"];
const BODY = ["Hello, World!"];
const triple = fromPsgi(() => [200, HEADERS, BODY]);
const promised = fromPsgi(async () => [200, HEADERS, BODY]);
const iterated = fromPsgi(() => [200, HEADERS, BODY.values()]);
const message = async (scope, _, send) => {
  await send({ type: "http.response.start", status: 200, headers: [["content-type", "text/plain"]] });
  await send({ type: "http.response.body", body: BODY[0] });
};

await measure("a message app, for comparison", () => message(scopeWith(fewHeaders), receive, send));
await measure("triple, 3 headers", () => triple(scopeWith(fewHeaders), receive, send));
await measure("triple, 12 headers", () => triple(scopeWith(browserHeaders), receive, send));
await measure("promise of a triple, 3 headers", () => promised(scopeWith(fewHeaders), receive, send));
await measure("triple with an iterator, 3 headers", () => iterated(scopeWith(fewHeaders), receive, send));
