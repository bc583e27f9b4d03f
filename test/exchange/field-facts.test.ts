import assert from "node:assert/strict";
import { test } from "node:test";
import { inspectFields } from "#src/exchange/field-facts.js";
import type { Headers } from "#src/pagi/scope.js";

const REFUSED: readonly (readonly [rule: string, headers: unknown])[] = [
  ["HEAD-1", "a: b"],
  ["HEAD-1", { a: "b" }],
  ["HEAD-1", [["a"]]],
  ["HEAD-1", [["a", "b", "c"]]],
  ["HEAD-1", [["a", 1]]],
  ["HEAD-1", [[1, "a"]]],
  ["HEAD-1", ["ab"]],
  ["HEAD-1", [undefined]],
  ["HEAD-2", [["", "b"]]],
  ["HEAD-2", [["A", "b"]]],
  ["HEAD-2", [["a b", "c"]]],
  ["HEAD-2", [["a:", "c"]]],
  ["HEAD-2", [["a\r\nb", "c"]]],
  ["HEAD-2", [["\u00e9", "c"]]],
  ["HEAD-4", [["a", "b\r\nc: d"]]],
  ["HEAD-4", [["a", "b\n"]]],
  ["HEAD-4", [["a", "b\0"]]],
  ["HEAD-4", [["a", "\x7f"]]],
  ["HEAD-4", [["a", "\u0100"]]],
  ["HEAD-12", [["content-length", ""]]],
  ["HEAD-12", [["content-length", "+1"]]],
  ["HEAD-12", [["content-length", "1, 1"]]],
  ["HEAD-12", [["content-length", "1e3"]]],
  ["HEAD-12", [["content-length", "9007199254740993"]]],
  [
    "HEAD-12",
    [
      ["content-length", "1"],
      ["content-length", "2"],
    ],
  ],
];

for (const [rule, headers] of REFUSED) {
  test(`${rule}: ${JSON.stringify(headers)} is refused, also when asked again`, () => {
    for (let round = 0; round < 2; round++) {
      assert.throws(() => inspectFields(headers as Headers), { code: "CONTRACT", rule });
    }
  });
}

test("a list that looks like a known one but is malformed is refused", () => {
  inspectFields([["x-known", "abc"]]);
  assert.throws(() => inspectFields([["X-known", "abc"]]), { rule: "HEAD-2" });
  assert.throws(() => inspectFields([["x-known", "a\nc"]]), { rule: "HEAD-4" });
});

test("HEAD-6: order and repetition are kept", () => {
  const { lines } = inspectFields([
    ["set-cookie", "a=1"],
    ["x", ""],
    ["set-cookie", "a=2"],
  ]);
  assert.equal(lines, "set-cookie: a=1\r\nx: \r\nset-cookie: a=2\r\n");
});

test("HEAD-10: fields of the connection are left out and named", () => {
  const facts = inspectFields([
    ["connection", "keep-alive, Close"],
    ["transfer-encoding", "chunked"],
    ["keep-alive", "timeout=5"],
    ["upgrade", "h2c"],
  ]);
  assert.equal(facts.lines, "upgrade: h2c\r\n");
  assert.deepEqual(facts.stripped, ["connection", "transfer-encoding", "keep-alive"]);
  assert.deepEqual([facts.wantsClose, facts.hasUpgrade], [true, true]);
});

test("a changed list is judged anew, though it is the same array", () => {
  const headers: [string, string][] = [["content-length", "1"]];
  assert.equal(inspectFields(headers).contentLength, 1);
  headers[0] = ["content-length", "2"];
  assert.equal(inspectFields(headers).contentLength, 2);
});
