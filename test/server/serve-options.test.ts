import assert from "node:assert/strict";
import { test } from "node:test";
import { standalone } from "#src/handler/standalone.js";
import type { App } from "#src/pagi/app.js";
import { OPTION_TABLE } from "#src/server/options.js";
import type { ServeOptions } from "#src/server/server.js";

const app: App = async () => {};

async function refusal(options: object): Promise<string> {
  const refused = await standalone(options as ServeOptions)
    .run(app)
    .then(
      () => assert.fail("accepted"),
      (error: Error) => error,
    );
  assert.equal(refused.name, "UsageError");
  return refused.message;
}

test("an option that no server has is refused by name", async () => {
  assert.match(await refusal({ maxHeaderByte: 1 }), /unknown option "maxHeaderByte"/);
});

test("an option of a wrong type is refused by name", async () => {
  assert.match(
    await refusal({ maxHeaderBytes: "1k" }),
    /option "maxHeaderBytes" must be a number, got string/,
  );
});

test("a limit for messages that would be cut to another number is refused", async () => {
  for (const value of [0, 1.5, 2 ** 32 + 10]) {
    const message = await refusal({ maxMessageBytes: value });
    assert.equal(message, `maxMessageBytes must be an integer from 1 to 2147483647, not ${value} (SCOPE-14)`);
  }
  assert.match(await refusal({ maxMessageFragments: 2 ** 32 }), /^maxMessageFragments must be an integer/);
});

test("every number in the options table says its unit or what it counts, and is 0 or more", () => {
  for (const [name, option] of Object.entries(OPTION_TABLE)) {
    if (option.type !== "number") continue;
    assert.match(name, /Bytes$|Bits$|Ms$|Count$|Mark$|Code$|^max|^min|^port$|^backlog$/, name);
    assert.ok(Number(option.default) >= 0, name);
  }
});
