/** One Express application, served by node's own server and by ours. */
import { Readable } from "node:stream";
import express from "express";
import * as work from "./work.mjs";

const plainFile = { acceptRanges: false, cacheControl: false, etag: false, lastModified: false };

/** Without the headers that others don't send (ETag, X-Powered-By); NODE_ENV is production. */
export const app = express();
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
