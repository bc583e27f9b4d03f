/** srvx with the standard Response class. */
import { serve } from "srvx";
import { fetchApp } from "./lib/fetch-app.mjs";
import { answerFile } from "./lib/node-file.mjs";
import * as work from "./lib/work.mjs";

serve({
  fetch: fetchApp(Response, answerFile),
  hostname: "127.0.0.1",
  port: work.port,
  silent: true,
  node: { keepAliveTimeout: work.keepAliveSeconds * 1000 },
});
