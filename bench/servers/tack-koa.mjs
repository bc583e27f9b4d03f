/** Tack with the Koa application that `koa.mjs` serves too. */
import { fromNode } from "tack/adapter/node";
import { standalone } from "tack/handler/standalone";
import { app } from "./lib/koa-app.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

await standalone(serverOptions).run(fromNode(app.callback()));
