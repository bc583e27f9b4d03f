/** Tack, message form. */
import { standalone } from "tack/handler/standalone";
import { app } from "./lib/pagi-app.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

await standalone(serverOptions).run(app);
