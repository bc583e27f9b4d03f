/** Tack, message form, over TLS. */
import { standalone } from "tack/handler/standalone";
import { app } from "../lib/pagi-app.mjs";
import { serverOptions } from "../lib/tack-options.mjs";
import * as work from "../lib/work.mjs";

const tls = { cert: process.env.BENCH_CERTIFICATE };
await standalone({ ...serverOptions, listen: [`https://127.0.0.1:${work.port}`], tls }).run(app);
process.send("listening");
