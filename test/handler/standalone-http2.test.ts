/** The conformance suite over HTTP/2, in the clear and over TLS: apps see and send the same on streams. */
import { describe, test } from "node:test";
import { mount } from "#src/compose/mount.js";
import type { Lack } from "#src/testing/capability.js";
import { serverSuite, type SuiteOptions } from "#src/testing/server-suite.js";
import type { StartServer } from "#src/testing/suite-case.js";
import { local } from "../support/certificates.js";
import { startStandalone } from "../testing/tools/start-standalone.js";

const lacks: readonly Lack[] = [
  { capability: "http1", reason: "HTTP/2 has frames and streams" },
  { capability: "http10", reason: "a client of HTTP/2 is none of HTTP/1.0" },
  { capability: "halfClose", reason: "a stream ends by its frames, whatever becomes of the connection" },
  { capability: "statusText", reason: "HTTP/2 has no reason phrases (RFC 9113 8.3.2)" },
  { capability: "io", reason: "the connection carries other streams" },
];

function run(where: string, start: StartServer, options: SuiteOptions = {}): void {
  describe(where, { concurrency: 4 }, () => {
    const cases = serverSuite(start, { protocol: "h2", lacks, ...options });
    for (const { title, run } of cases) test(title, run);
  });
}

run("by prior knowledge", startStandalone);
const below = "/under/here";
run("below a mount", (app, options) => startStandalone(mount({ [below]: app }), options), { mount: below });
run(
  "over TLS",
  (app, options) =>
    startStandalone(app, options, "https://127.0.0.1:0", { cert: local.cert, key: local.key }),
  {
    groups: ["psgi", "pagi", "sse", "ws"],
  },
);
