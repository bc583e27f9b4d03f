/** srvx with its own Response class, which also takes a Node stream as it is. */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { FastResponse, serve } from "srvx";
import { fetchApp } from "./lib/fetch-app.mjs";
import * as work from "./lib/work.mjs";

async function answerFile(path) {
  const { size } = await stat(path);
  const headers = { "content-type": work.bytesType, "content-length": String(size) };
  return new FastResponse(createReadStream(path), { headers });
}

serve({
  fetch: fetchApp(FastResponse, answerFile),
  hostname: "127.0.0.1",
  port: work.port,
  silent: true,
  node: { keepAliveTimeout: work.keepAliveSeconds * 1000 },
});
