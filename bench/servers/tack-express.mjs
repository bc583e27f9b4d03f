/** Tack with the Express application that `express.mjs` serves too. */
import { fromNode } from "tack/adapter/node";
import { standalone } from "tack/handler/standalone";
import { app } from "./lib/express-app.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

await standalone(serverOptions).run(fromNode(app));
