import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { Watcher } from "#src/cli/watcher.js";
import { folderOf } from "./launch.js";

interface Watched {
  readonly watcher: Watcher;
  /** The files of the next burst, relative to the folder. */
  next(): Promise<string[]>;
}

function watched(t: TestContext, folder: string): Watched {
  const bursts: string[][] = [];
  let told: () => void = () => {};
  const onChange = (files: readonly string[]) => {
    bursts.push(files.map((file) => file.slice(folder.length + 1)).sort());
    told();
  };
  const watcher = new Watcher({ delayMs: 30, onChange });
  t.after(() => watcher.close());
  const next = async () => {
    while (bursts.length === 0) await new Promise<void>((resolve) => (told = resolve));
    return bursts.shift()!;
  };
  return { watcher, next };
}

test("a burst of changes is told once", async (t) => {
  const folder = folderOf(t, { "a.ts": "", "deep/b.js": "" });
  const { watcher, next } = watched(t, folder);
  watcher.addTree(folder);
  for (let times = 0; times < 5; times++) appendFileSync(join(folder, "a.ts"), "x");
  appendFileSync(join(folder, "deep/b.js"), "x");
  assert.deepEqual(await next(), ["a.ts", "deep/b.js"]);
});

test("editors' leftovers, dot folders, node_modules and files that are no source are not told", async (t) => {
  const quiet = ["a.ts~", ".#a.ts", "a.ts.swp", "4913", "notes.txt", ".git/x.js", "node_modules/x/i.js"];
  const folder = folderOf(t, Object.fromEntries([...quiet, "a.ts"].map((name) => [name, ""])));
  const { watcher, next } = watched(t, folder);
  watcher.addTree(folder);
  for (const name of [...quiet, "a.ts"]) appendFileSync(join(folder, name), "x");
  assert.deepEqual(await next(), ["a.ts"]);
});

test("a file that is replaced by a rename, as editors do, is told", async (t) => {
  const folder = folderOf(t, { "a.ts": "" });
  const { watcher, next } = watched(t, folder);
  watcher.addFile(join(folder, "a.ts"));
  writeFileSync(join(folder, "a.ts.tmp"), "new");
  renameSync(join(folder, "a.ts.tmp"), join(folder, "a.ts"));
  assert.deepEqual(await next(), ["a.ts"]);
});

test("new folders are watched, with what was put into them before", async (t) => {
  const folder = folderOf(t, { "a.ts": "" });
  const { watcher, next } = watched(t, folder);
  watcher.addTree(folder);
  mkdirSync(join(folder, "new/deeper"), { recursive: true });
  writeFileSync(join(folder, "new/deeper/b.ts"), "");
  assert.deepEqual(await next(), ["new/deeper/b.ts"]);
  appendFileSync(join(folder, "new/deeper/b.ts"), "x");
  assert.deepEqual(await next(), ["new/deeper/b.ts"]);
  rmSync(join(folder, "new"), { recursive: true });
  assert.deepEqual(await next(), ["new/deeper/b.ts"]);
});

test("a whole folder counts with every file, a missing path is refused", async (t) => {
  const folder = folderOf(t, { "pages/a.html": "" });
  const { watcher, next } = watched(t, folder);
  watcher.addPath(join(folder, "pages"));
  appendFileSync(join(folder, "pages/a.html"), "x");
  assert.deepEqual(await next(), ["pages/a.html"]);
  assert.throws(() => watcher.addPath(join(folder, "nope")), { code: "ENOENT" });
});
