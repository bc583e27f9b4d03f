/** Express without the headers that others don't send (ETag, X-Powered-By); NODE_ENV is production. */
import { Readable } from "node:stream";
import express from "express";
import * as work from "./lib/work.mjs";

const plainFile = { acceptRanges: false, cacheControl: false, etag: false, lastModified: false };

const app = express();
app.disable("x-powered-by");
app.set("etag", false);
app.get("/", (request, response) => response.type(work.textType).send(work.hello));
app.get("/json", (request, response) => response.json(work.record()));
app.post("/echo", express.raw({ type: "*/*", limit: work.bodyLimit }), (request, response) => {
  response.type(work.bytesType).send(request.body);
});
app.get("/stream", (request, response) => {
  response.type(work.bytesType);
  Readable.from(work.pieces()).pipe(response);
});
app.get("/file/:name", (request, response) => response.sendFile(work.files.get(request.path), plainFile));
const server = app.listen(work.port, "127.0.0.1");
server.keepAliveTimeout = work.keepAliveSeconds * 1000;
