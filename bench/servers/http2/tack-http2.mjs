/** Tack, message form, over HTTP/2 by prior knowledge. */
import { standalone } from "tack/handler/standalone";
import { app } from "../lib/pagi-app.mjs";
import { serverOptions } from "../lib/tack-options.mjs";
import * as work from "../lib/work.mjs";

await standalone({ ...serverOptions, listen: [`http://127.0.0.1:${work.port}`] }).run(app);
process.send("listening");
