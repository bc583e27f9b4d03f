/** The conformance suite on the HTTP server of Node, through `toNode`. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { mount } from "#src/compose/mount.js";
import { node } from "#src/handler/node.js";
import type { Lack } from "#src/testing/capability.js";
import { serverSuite, type SuiteOptions } from "#src/testing/server-suite.js";
import type { StartServer } from "#src/testing/suite-case.js";

const lacks: readonly Lack[] = [
  { capability: "io", reason: "node:http keeps its hands on the connection" },
  { capability: "limits", reason: "the limits are those of node:http" },
  { capability: "tls", reason: "toNode tells apps nothing of certificates" },
];

/** Single cases in which node:http is what it is. They run, and must fail. */
const differs: Readonly<Record<string, string>> = {
  "psgi-38": "the parser knows the registered methods only",
  "psgi-69": "node:http says keep-alive by itself",
  "pagi-48": "node:http says keep-alive by itself",
  "pagi-64": "node:http hands on pipelined requests before the one in front is answered",
};

const start: StartServer = (app) => node({ listen: ["http://127.0.0.1:0"], drainWindowMs: 5 }).run(app);

function run(where: string, start: StartServer, options: SuiteOptions): void {
  describe(where, { concurrency: 4 }, () => {
    for (const { id, title, run } of serverSuite(start, { lacks, ...options })) {
      const reason = differs[id];
      if (reason === undefined) test(title, run);
      else test(`${title} [differs: ${reason}]`, () => assert.rejects(run()));
    }
  });
}

run("at the root", start, { groups: ["psgi", "pagi", "sse"] });
const below = "/under/here";
run("below a mount", (app, options) => start(mount({ [below]: app }), options), {
  groups: ["psgi", "pagi", "sse"],
  mount: below,
});
