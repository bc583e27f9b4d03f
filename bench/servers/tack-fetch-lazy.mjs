/** Tack with a handler in the fetch form, answering with the standard Response class and taking a lazy request. */
import { fromFetch } from "tack/adapter/fetch";
import { standalone } from "tack/handler/standalone";
import { fetchApp } from "./lib/fetch-app.mjs";
import { answerFile } from "./lib/node-file.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

await standalone(serverOptions).run(fromFetch(fetchApp(Response, answerFile), { lazyRequest: true }));
