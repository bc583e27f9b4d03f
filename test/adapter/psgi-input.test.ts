import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPsgi } from "#src/adapter/psgi.js";
import { lint, lintPsgi } from "#src/middleware/lint.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiInput } from "#src/psgi/env.js";
import { type DrivenRequest, drive, exchange } from "../support/driven-exchange.js";

const TEXT = ["Content-Type", "text/plain"];
const decoder = new TextDecoder();

function reading(read: (input: PsgiInput) => Promise<string>): PsgiApp {
  return async (env) => [200, TEXT, [await read(env["psgi.input"])]];
}

async function whole(input: PsgiInput): Promise<string> {
  let text = "";
  for await (const piece of input) text += decoder.decode(piece);
  return text;
}

const posted: DrivenRequest = { method: "POST", pieces: ["hello ", "", "world"] };

test("INPUT-2: read gives up to as many bytes as asked for, and none at the end and ever after", async () => {
  const app = reading(async (input) => {
    const parts: string[] = [];
    for (const length of [4, 4, undefined, 100, 1, 1]) parts.push(decoder.decode(await input.read(length)));
    return parts.join("|");
  });
  const driven = await exchange(lint()(fromPsgi(lintPsgi()(app))), posted);
  assert.equal(driven.text, "hell|o |world|||");
});

test("INPUT-7: iteration goes on where read stopped", async () => {
  const app = reading(async (input) => decoder.decode(await input.read(3)) + "/" + (await whole(input)));
  assert.equal((await exchange(fromPsgi(app), posted)).text, "hel/lo world");
});

test("nothing is received before the app reads", async () => {
  const driven = await exchange(
    fromPsgi(() => [200, TEXT, ["ok"]]),
    posted,
  );
  assert.equal(driven.receives, 0);
});

test("INPUT-5: a body that is cut short makes read reject", async () => {
  const driven = drive(fromPsgi(reading(whole)), { ...posted, endless: true });
  await driven.until(() => driven.receives === 4);
  driven.leave();
  assert.match(String(await driven.done), /ClosedError: psgi.input: .*client_closed/);
});

test("INPUT-3, EXT-3: a buffered body can be read again after seek", async () => {
  const app: PsgiApp = async (env) => {
    const input = env["psgi.input"];
    assert.equal(env["psgix.input.buffered"], true);
    const first = await whole(input);
    assert.equal(input.seek?.(0), true);
    const second = await whole(input);
    assert.equal(input.seek?.(-5, 2), true);
    const third = decoder.decode(await input.read(2));
    assert.deepEqual([input.seek?.(-1), input.seek?.(1, 1)], [false, true]);
    return [200, TEXT, [`${first}|${second}|${third}|${decoder.decode(await input.read())}`]];
  };
  const driven = await exchange(lint()(fromPsgi(lintPsgi()(app), { bufferInput: 11 })), posted);
  assert.equal(driven.text, "hello world|hello world|wo|ld");
});

test("a body over the limit of bufferInput is refused with 413 before the app is called", async () => {
  const driven = drive(
    fromPsgi(() => assert.fail("called"), { bufferInput: 10 }),
    posted,
  );
  assert.equal(((await driven.done) as { status?: number }).status, 413);
});
