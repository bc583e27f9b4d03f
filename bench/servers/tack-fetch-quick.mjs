/** Tack with a handler in the fetch form, a lazy request and its own Response class. */
import { fromFetch } from "tack/adapter/fetch";
import { QuickResponse } from "tack/http/quick-response";
import { standalone } from "tack/handler/standalone";
import { fetchApp } from "./lib/fetch-app.mjs";
import { answerFile } from "./lib/node-file.mjs";
import { serverOptions } from "./lib/tack-options.mjs";

await standalone(serverOptions).run(fromFetch(fetchApp(QuickResponse, answerFile), { lazyRequest: true }));
