import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const script = join(process.cwd(), "scripts", "soak.mjs");
const verdict = /nothing lost: (\d+) sent, (\d+) served, (\d+) answered, 0 errors; (\d+) restarts/;

/** Runs the soak for some seconds; it ends with 1 when the counts of both sides differ. */
async function soak(mode: string): Promise<RegExpExecArray> {
  const words = [script, "--mode", mode, "--minutes", "0.15", "--restart-seconds", "1.5", "--clients", "4"];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const match = verdict.exec(stdout);
  assert.ok(match, stdout);
  return match;
}

const [reload, restart] = [soak("reload"), soak("restart")];
reload.catch(() => undefined);
restart.catch(() => undefined);

test("kept connections that post lose nothing while tackup --reload changes processes", async () => {
  const [, sent, served, answered, restarts] = await reload;
  assert.equal(sent, served);
  assert.equal(sent, answered);
  assert.ok(Number(restarts) >= 2, `${restarts} restarts`);
});

test("kept connections that post lose nothing while a server on an inherited socket stops and starts", async () => {
  const [, sent, served, answered, restarts] = await restart;
  assert.equal(sent, served);
  assert.equal(sent, answered);
  assert.ok(Number(restarts) >= 2, `${restarts} restarts`);
});
