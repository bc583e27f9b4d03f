import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { LogFile } from "#src/server/log-file.js";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "tack-log-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

test("lines are appended in order, and all are there after close", async (t) => {
  const path = join(folder(t), "access.log");
  for (const round of ["a", "b"]) {
    const log = await LogFile.open(path);
    for (let line = 0; line < 500; line++) log.write(`${round}${line}`);
    await log.close();
  }
  const lines = readFileSync(path, "utf8").split("\n");
  assert.equal(lines.length, 1001);
  assert.deepEqual([lines[0], lines[499], lines[500], lines[1000]], ["a0", "a499", "b0", ""]);
});

test("after a rotation lines go to a new file of the same name", async (t) => {
  const path = join(folder(t), "access.log");
  let now = 0;
  const log = await LogFile.open(path, { now: () => now });
  log.write("before");
  await log.flushed();
  renameSync(path, `${path}.1`);
  now += 2000;
  log.write("after");
  await log.close();
  assert.equal(readFileSync(`${path}.1`, "utf8"), "before\n");
  assert.equal(readFileSync(path, "utf8"), "after\n");
});

test("a disk that is too slow loses lines and says so once", async (t) => {
  const path = join(folder(t), "access.log");
  const errors: string[] = [];
  const log = await LogFile.open(path, {
    maxQueuedBytes: 10,
    onError: ({ message }) => errors.push(message),
  });
  for (const line of ["12345", "67890", "gone!"]) log.write(line);
  await log.close();
  assert.equal(readFileSync(path, "utf8"), "12345\n");
  assert.deepEqual(errors, ["the log is too slow; lines are lost"]);
});

test("a folder that is not there rejects with the system's error", async (t) => {
  await assert.rejects(LogFile.open(join(folder(t), "nope/access.log")), { code: "ENOENT" });
});
