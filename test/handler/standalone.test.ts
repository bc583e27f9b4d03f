import { test } from "node:test";
import { serverSuite } from "#src/testing/server-suite.js";
import { startStandalone } from "../testing/tools/start-standalone.js";

for (const { title, run } of serverSuite(startStandalone)) test(title, run);
