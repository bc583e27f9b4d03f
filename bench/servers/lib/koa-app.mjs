/** One Koa application, served by node's own server and by ours. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import Koa from "koa";
import * as work from "./work.mjs";

export const app = new Koa();

app.use(async (koa) => {
  const { path } = koa;
  if (path === "/") return answer(koa, work.textType, work.hello);
  if (path === "/json") return answer(koa, work.jsonType, work.record());
  if (path === "/echo") return answer(koa, work.bytesType, await buffer(koa.req));
  if (path === "/stream") return answer(koa, work.bytesType, Readable.from(work.pieces()));
  const file = work.files.get(path);
  if (file !== undefined) await sendFile(koa, file);
});

function answer(koa, type, body) {
  koa.type = type;
  koa.body = body;
}

async function sendFile(koa, file) {
  const { size } = await stat(file);
  answer(koa, work.bytesType, createReadStream(file));
  koa.length = size;
}
