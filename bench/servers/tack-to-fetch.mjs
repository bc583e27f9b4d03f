/** Tack, message form, as a fetch handler on srvx. */
import { serve } from "srvx";
import { toFetch } from "tack/adapter/fetch";
import { app } from "./lib/pagi-app.mjs";
import * as work from "./lib/work.mjs";

const { fetch } = toFetch(app);

serve({
  fetch: (request) => fetch(request),
  hostname: "127.0.0.1",
  port: work.port,
  silent: true,
  node: { keepAliveTimeout: work.keepAliveSeconds * 1000 },
});
