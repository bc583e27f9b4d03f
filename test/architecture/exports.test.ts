/** What `package.json` publishes: every public file, no private one. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { isPublic } from "./rules.js";
import { readSources } from "./source.js";

const paths = readSources("src").map((file) => file.path);

/** The subpath a file would have, public or not: `tack/http/status`. */
function subpath(path: string): string {
  return path.replace(/^src/, "tack").replace(/\.ts$/, "");
}

function resolves(specifier: string): boolean {
  try {
    return existsSync(fileURLToPath(import.meta.resolve(specifier)));
  } catch (error) {
    const codes = ["ERR_PACKAGE_PATH_NOT_EXPORTED", "ERR_INVALID_MODULE_SPECIFIER"];
    assert.ok(codes.includes(String((error as NodeJS.ErrnoException).code)), String(error));
    return false;
  }
}

test("every file of a public folder resolves by its subpath", () => {
  const missing = paths
    .filter(isPublic)
    .map(subpath)
    .filter((name) => !resolves(name));
  assert.deepEqual(missing, [], "give the folder a pattern in package.json exports");
});

test("the package root, the test kit and package.json resolve", () => {
  const doors = [
    "tack",
    "tack/package.json",
    ...(paths.includes("src/testing/index.ts") ? ["tack/testing"] : []),
  ];
  assert.deepEqual(
    doors.filter((name) => !resolves(name)),
    [],
  );
});

test("private files are refused", () => {
  const open = paths
    .filter((path) => !isPublic(path))
    .map(subpath)
    .filter(resolves);
  const lines = new Set(open.map((name) => `"${name.replace(/^tack/, ".").replace(/[^/]*$/, "*")}": null`));
  // The star of a pattern crosses slashes, so "./http/*" publishes subfolders unless they are closed.
  assert.deepEqual([...lines], [], "add these lines to the exports of package.json");
});

test("what is not in the map is refused, however it is spelled", () => {
  const spellings = [
    "tack/dist/index.js",
    "tack/src/index.ts",
    "tack/http/status.js",
    "tack/http/../server/wire",
  ];
  assert.deepEqual(spellings.filter(resolves), []);
});
