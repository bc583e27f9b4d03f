/** Lint between the own server and the apps of the conformance suite: it changes nothing and blames no server. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { ContractError } from "#src/http/errors.js";
import { lint } from "#src/middleware/lint.js";
import { serverSuite } from "#src/testing/server-suite.js";
import { startStandalone } from "../testing/tools/start-standalone.js";

const serverRules = new Set(
  [...readFileSync("spec/PAGI.md", "utf8").matchAll(/^- \*\*([A-Z0-9-]+)\*\* [A-Z]+ \(server\)/gm)].map(
    ([, id]) => id,
  ),
);
const violations: ContractError[] = [];
const checked = lint({ onViolation: (violation) => violations.push(violation) });
const cases = serverSuite((app, options) => startStandalone(checked(app), options), {
  groups: ["psgi", "pagi", "sse", "ws"],
});

for (const { title, run } of cases) test(`under lint, ${title}`, run);

test("no case of the suite made lint blame the server", () => {
  assert.ok(violations.length > 50, "the suite breaks rules on purpose");
  assert.deepEqual(violations.filter(({ rule }) => serverRules.has(rule)).map(String), []);
});
