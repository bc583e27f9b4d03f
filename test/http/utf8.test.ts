import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { utf8Length } from "#src/http/utf8.js";

test("a text is as long as its encoding, lone surrogates included", () => {
  const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(text, (value) => assert.equal(utf8Length(value), new TextEncoder().encode(value).length)),
  );
  for (const odd of ["\ud800", "\udc00", "a\ud800b", "\ud800\ud800\udc00", ""])
    assert.equal(utf8Length(odd), new TextEncoder().encode(odd).length);
});
