/** The whole conformance suite through two adapters: `fromFetch(toFetch(app))` on the server of the house. */
import { describe, test } from "node:test";
import { fromFetch, toFetch } from "#src/adapter/fetch.js";
import { nodeFiles } from "#src/server/node-files.js";
import { serve } from "#src/server/server.js";
import { serverSuite } from "#src/testing/server-suite.js";
import type { StartServer } from "#src/testing/suite-case.js";
import { fetchDiffers, fetchLacks } from "../handler/runtime/declared.js";

const start: StartServer = async (app) => {
  const fetchApp = toFetch(app, { files: nodeFiles });
  await fetchApp.startup();
  const server = await serve(fromFetch(fetchApp), { listen: ["http://127.0.0.1:0"] });
  return {
    url: server.url,
    close: () => server.close({ graceMs: 2000 }).then(() => fetchApp.close({ graceMs: 500 })),
  };
};

describe("there and back again", { concurrency: 8 }, () => {
  for (const { title, run } of serverSuite(start, {
    groups: ["psgi", "pagi", "sse"],
    lacks: fetchLacks,
    differs: { ...fetchDiffers, "sse-24": "a handler is not told of the stop of its server, only cut off" },
  })) {
    test(title, run);
  }
});
