import assert from "node:assert/strict";
import { test } from "node:test";
import { reasonPhrase } from "#src/http/status.js";

test("a registered status has its reason phrase", () => {
  assert.equal(reasonPhrase(404), "Not Found");
  assert.equal(reasonPhrase(299), "");
});
