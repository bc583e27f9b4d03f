import { test } from "node:test";
import { mount } from "#src/compose/mount.js";
import { serverSuite } from "#src/testing/server-suite.js";
import { startStandalone } from "../testing/tools/start-standalone.js";

for (const { title, run } of serverSuite(startStandalone)) test(title, run);

const below = "/under/here";
const startBelow: typeof startStandalone = (app, options) =>
  startStandalone(mount({ [below]: app }), options);
for (const { title, run } of serverSuite(startBelow, { mount: below })) test(`${title} below ${below}`, run);
