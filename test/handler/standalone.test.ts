import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { mount } from "#src/compose/mount.js";
import type { Lack } from "#src/testing/capability.js";
import { serverSuite, type SuiteOptions } from "#src/testing/server-suite.js";
import type { StartServer } from "#src/testing/suite-case.js";
import { startStandalone } from "../testing/tools/start-standalone.js";

/** The cases wait more than they work, so some run at the same time; those that feed bytes run alone. */
function run(where: string, start: StartServer, options?: SuiteOptions): void {
  const concurrency = options?.groups?.includes("wire") === true ? 1 : 4;
  describe(where, { concurrency }, () => {
    for (const { title, run } of serverSuite(start, options)) test(title, run);
  });
}

const lacks: readonly Lack[] = [{ capability: "http1Only", reason: "it goes on in HTTP/2" }];
run("bytes on the wire", startStandalone, { groups: ["wire"], lacks });
run("at the root", startStandalone, { groups: ["psgi", "pagi", "sse", "ws"] });

const below = "/under/here";
run("below a mount", (app, options) => startStandalone(mount({ [below]: app }), options), { mount: below });

const folder = mkdtempSync(join(tmpdir(), "tack-standalone-"));
after(() => rmSync(folder, { recursive: true }));
let sockets = 0;
const onSocket: StartServer = (app, options) =>
  startStandalone(app, options, `unix:${join(folder, `${sockets++}.sock`)}`);
run("on a unix socket", onSocket, { groups: ["psgi", "pagi", "sse", "ws"] });

run("on IPv6", (app, options) => startStandalone(app, options, "http://[::1]:0"), { groups: ["psgi"] });
