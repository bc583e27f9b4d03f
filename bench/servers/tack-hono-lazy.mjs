/** Tack with the Hono application that `hono-node-server.mjs` serves too, and a lazy request. */
import { fromFetch } from "tack/adapter/fetch";
import { standalone } from "tack/handler/standalone";
import { app } from "./lib/hono-app.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

await standalone(serverOptions).run(fromFetch(app.fetch, { lazyRequest: true }));
