/** Bun.serve; files go through Bun.file, which uses sendfile. */
import { fetchApp } from "./lib/fetch-app.mjs";
import * as work from "./lib/work.mjs";

const { Bun } = globalThis;
const bytes = { headers: { "content-type": work.bytesType } };

Bun.serve({
  hostname: "127.0.0.1",
  port: work.port,
  development: false,
  idleTimeout: work.keepAliveSeconds,
  fetch: fetchApp(Response, (path) => new Response(Bun.file(path), bytes)),
});
