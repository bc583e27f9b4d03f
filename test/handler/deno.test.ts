import assert from "node:assert/strict";
import { test } from "node:test";
import { deno } from "#src/handler/deno.js";
import { runtimeSuite } from "./runtime/runtime-suite.js";

runtimeSuite("deno", ["run", "--allow-all"]);

test("elsewhere than on Deno the handler says so, and a wrong option is refused when it is made", async () => {
  await assert.rejects(
    deno().run(async () => {}),
    /runs under Deno only/,
  );
  assert.throws(() => deno({ listn: [] } as never), /deno: unknown option "listn"/);
});
