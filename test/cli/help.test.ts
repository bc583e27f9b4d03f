import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { helpText, optionsMarkdown } from "#src/cli/help.js";
import { flagOf } from "#src/server/option.js";
import { OPTION_TABLE } from "#src/server/options.js";

test("--help names every option and keeps to 100 columns", () => {
  const text = helpText();
  for (const name of Object.keys(OPTION_TABLE)) assert.match(text, new RegExp(`--${flagOf(name)}\\b`));
  const long = text.split("\n").filter((line) => line.length > 100 && !line.includes("http://"));
  assert.deepEqual(long, []);
});

test("docs/options.md is what the table says; node scripts/docs-options.mjs writes it", () => {
  assert.equal(readFileSync("docs/options.md", "utf8"), optionsMarkdown());
});

test("no two options share a flag letter", () => {
  const letters = Object.values(OPTION_TABLE).flatMap(({ short }) => (short === undefined ? [] : [short]));
  assert.equal(new Set(letters).size, letters.length);
});
