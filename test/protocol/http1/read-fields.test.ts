import assert from "node:assert/strict";
import { test } from "node:test";
import { readFields } from "#src/protocol/http1/read-fields.js";

const read = (lines: string, isOdd = false) => readFields(`GET / HTTP/1.1\r\n${lines}\r\n`, 16, isOdd);

for (const [lines, fields] of [
  ["", []],
  ["A: b\r\n", [["a", "b"]]],
  [
    "A:b\r\nB: \t c \t\r\n",
    [
      ["a", "b"],
      ["b", "c"],
    ],
  ],
  [
    "Empty:\r\nBlank:  \r\n",
    [
      ["empty", ""],
      ["blank", ""],
    ],
  ],
  ["A: b: c\r\n", [["a", "b: c"]]],
  [
    "A: 1\r\na: 2\r\n",
    [
      ["a", "1"],
      ["a", "2"],
    ],
  ],
  ["A: \xa0x\xa0\r\n", [["a", "\xa0x\xa0"]]],
] as const) {
  test(`${JSON.stringify(lines)} is read`, () => assert.deepEqual(read(lines), fields));
}

test("HEAD-7: several cookie fields become one where the first was", () => {
  assert.deepEqual(read("A: 1\r\nCookie: a=1\r\nB: 2\r\ncookie: b=2; c=3\r\n", true), [
    ["a", "1"],
    ["cookie", "a=1; b=2; c=3"],
    ["b", "2"],
  ]);
});

test("names with an underscore are dropped, the rest stays", () => {
  assert.deepEqual(read("X_Forwarded_For: evil\r\nX-Forwarded-For: good\r\n", true), [
    ["x-forwarded-for", "good"],
  ]);
});
