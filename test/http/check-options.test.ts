import assert from "node:assert/strict";
import { test } from "node:test";
import { checkOptions } from "#src/http/check-options.js";

const kinds = { header: "string", isTrusted: ["boolean", "function"] } as const;

test("known options of the right kind pass, absent and undefined ones too", () => {
  checkOptions("x", {}, kinds);
  checkOptions("x", { header: "a", isTrusted: () => true }, kinds);
  checkOptions("x", { header: undefined }, kinds);
});

test("an unknown option is named together with the known ones", () => {
  const check = (): void => checkOptions("x", { haeder: "a" }, kinds);
  assert.throws(check, {
    name: "UsageError",
    message: 'x: unknown option "haeder"; known are header, isTrusted',
  });
  assert.throws(() => checkOptions("x", { constructor: 1 }, kinds), { name: "UsageError" });
});

test("an option of another kind, and options that are no object, are refused", () => {
  assert.throws(() => checkOptions("x", { isTrusted: "yes" }, kinds), {
    message: 'x: option "isTrusted" must be a boolean or a function, got string',
  });
  assert.throws(() => checkOptions("x", (() => undefined) as object, kinds), { message: /got function/ });
});
