import assert from "node:assert/strict";
import { test } from "node:test";
import { bun } from "#src/handler/bun.js";
import { runtimeSuite } from "./runtime/runtime-suite.js";

runtimeSuite("bun", []);

test("elsewhere than on Bun the handler says so, and a wrong option is refused when it is made", async () => {
  await assert.rejects(
    bun().run(async () => {}),
    /runs under Bun only/,
  );
  assert.throws(() => bun({ listn: [] } as never), /bun: unknown option "listn"/);
});
