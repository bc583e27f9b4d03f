/** One Fastify application, served by node's own server and by ours. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import fastify from "fastify";
import * as work from "./work.mjs";

/** With its production settings: no logger. */
export const app = fastify({ bodyLimit: work.bodyLimit, keepAliveTimeout: work.keepAliveSeconds * 1000 });
app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => done(null, body));
app.get("/", (request, reply) => reply.type(work.textType).send(work.hello));
app.get("/json", (request, reply) => reply.send(work.record()));
app.post("/echo", (request, reply) => reply.type(work.bytesType).send(request.body));
app.get("/stream", (request, reply) => reply.type(work.bytesType).send(Readable.from(work.pieces())));
app.get("/file/:name", async (request, reply) => {
  const path = work.files.get(request.url);
  const { size } = await stat(path);
  return reply.type(work.bytesType).header("content-length", size).send(createReadStream(path));
});
