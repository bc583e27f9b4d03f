/**
 * The conformance suite over TLS: what an app sees and sends is the same, encrypted. The cases on bytes are left to clear
 * text: the reader of requests is the same, and a thousand handshakes would prove it no better.
 */
import { describe, test } from "node:test";
import { serverSuite } from "#src/testing/server-suite.js";
import type { StartServer } from "#src/testing/suite-case.js";
import { local } from "../support/certificates.js";
import { startStandalone } from "../testing/tools/start-standalone.js";

const start: StartServer = (app, options) =>
  startStandalone(app, options, "https://127.0.0.1:0", options.tls ?? { cert: local.cert, key: local.key });

describe("apps over TLS", { concurrency: 4 }, () => {
  for (const { title, run } of serverSuite(start, { groups: ["psgi", "pagi", "sse", "ws", "tls"] }))
    test(title, run);
});
