/** Deno.serve; files go through Deno.open. */
import { fetchApp } from "./lib/fetch-app.mjs";
import * as work from "./lib/work.mjs";

const { Deno } = globalThis;

async function answerFile(path) {
  const file = await Deno.open(path);
  const { size } = await file.stat();
  const headers = { "content-type": work.bytesType, "content-length": String(size) };
  return new Response(file.readable, { headers });
}

Deno.serve({ hostname: "127.0.0.1", port: work.port, onListen() {} }, fetchApp(Response, answerFile));
