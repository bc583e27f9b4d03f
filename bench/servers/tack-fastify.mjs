/** Tack with the Fastify application that `fastify.mjs` serves too. */
import { toApp } from "tack/adapter/to-app";
import { standalone } from "tack/handler/standalone";
import { app } from "./lib/fastify-app.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

await standalone(serverOptions).run(toApp(app));
