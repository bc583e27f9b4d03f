/** Runs the table for one framework. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../../architecture/source.js";
import { DIFFERENCES, NEVER } from "./differences.js";
import { ROWS } from "./rows.js";
import { startSides, startStripped } from "./sides.js";
import type { Row, Subject } from "./subject.js";

/** One test for each row that the framework has something for. */
export function behaves(subject: Subject): void {
  for (const [name, check] of Object.entries(ROWS)) {
    const row = name as Row;
    if (subject.cannot?.[row] !== undefined) continue;
    const title = subject.onlyOurs?.[row] === undefined ? "as by itself" : "where by itself it ends";
    test(`${subject.name}: ${row}, ${title}`, { timeout: 20_000 }, async (context) => {
      await check(await startSides(context, subject, row));
    });
  }
  test(`${subject.name}: docs/frameworks.md lists what it lacks and where it differs`, () => {
    const { name, cannot = {}, onlyOurs = {} } = subject;
    const declared = Object.entries({ ...cannot, ...onlyOurs }).map(([row, why]) => [name, row, why]);
    assert.deepEqual(tableOf("What they lack", name), declared.toSorted());
    const differing = DIFFERENCES.filter(({ subjects }) => subjects.includes(name)).map(
      ({ rows, what, reason }) => [name, rows.join(", "), what, reason],
    );
    assert.deepEqual(tableOf("Where the answer differs", name), differing);
    for (const field of NEVER) assert.ok(DOCS.includes(`\`${field}\``), field);
  });
  if (subject.seesWholeUrl !== true) return;
  test(`${subject.name}: routes without the prefix, below a mount that leaves it out`, async (context) => {
    const side = await startStripped(context, subject);
    assert.deepEqual((await side.request({ path: "/things/1?q=2" })).json(), { id: "1", q: "2" });
  });
}

const DOCS = readFileSync(join(root, "docs", "frameworks.md"), "utf8");

/** The rows of a table under a heading whose first cell names the framework, alone or in a list. */
function tableOf(heading: string, name: string): string[][] {
  const [, after = ""] = DOCS.split(`### ${heading}\n`);
  const rows = after
    .split("\n#", 1)[0]!
    .split("\n")
    .filter((line) => line.startsWith("|"));
  return rows
    .slice(2)
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("`", "")),
    )
    .filter(([who = ""]) => who.split(", ").includes(name))
    .map(([, ...cells]) => [name, ...cells])
    .toSorted();
}
