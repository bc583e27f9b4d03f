/**
 * Tack with the Hono application that `hono-node-server.mjs` serves too, a lazy request, and its own class in the
 * place of the global Response: what the other server does by itself, this application does.
 */
import { fromFetch } from "tack/adapter/fetch";
import { standalone } from "tack/handler/standalone";
import { QuickResponse } from "tack/http/quick-response";
import { app } from "./lib/hono-app.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

globalThis.Response = QuickResponse;
await standalone(serverOptions).run(fromFetch(app.fetch, { lazyRequest: true }));
