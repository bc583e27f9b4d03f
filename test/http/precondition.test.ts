import assert from "node:assert/strict";
import { test } from "node:test";
import { parseTags, strongMatch, weakMatch } from "#src/http/etag.js";
import { allowsRange, evaluatePreconditions } from "#src/http/precondition.js";
import { parseRange } from "#src/http/range.js";

const modified = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const same = "Fri, 02 Jan 2026 03:04:05 GMT";
const earlier = "Fri, 02 Jan 2026 03:04:04 GMT";
const now = { etag: '"v1"', modified };

function status(method: string, fields: Record<string, string>): number {
  return evaluatePreconditions(method, (name) => fields[name], now);
}

test("lists of entity tags are read, commas inside a tag included (RFC 9110 §8.8.3)", () => {
  assert.deepEqual(parseTags(' "a,b" , W/"c",,"" '), ['"a,b"', 'W/"c"', '""']);
  assert.deepEqual(parseTags('"a", b'), ['"a"']);
  assert.equal(parseTags("*"), "*");
});

test("weak tags match weakly only (RFC 9110 §8.8.3.2)", () => {
  assert.deepEqual([weakMatch('W/"a"', '"a"'), strongMatch('W/"a"', 'W/"a"')], [true, false]);
});

const cases: readonly [method: string, fields: Record<string, string>, status: number][] = [
  ["GET", {}, 200],
  ["GET", { "if-none-match": 'W/"v1"' }, 304],
  ["HEAD", { "if-none-match": "*" }, 304],
  ["PUT", { "if-none-match": "*" }, 412],
  ["GET", { "if-none-match": '"v2"', "if-modified-since": same }, 200],
  ["GET", { "if-modified-since": same }, 304],
  ["GET", { "if-modified-since": earlier }, 200],
  ["GET", { "if-modified-since": "soon" }, 200],
  ["PUT", { "if-modified-since": same }, 200],
  ["GET", { "if-match": '"v1"' }, 200],
  ["GET", { "if-match": 'W/"v1"' }, 412],
  ["GET", { "if-match": '"v2"' }, 412],
  ["GET", { "if-unmodified-since": same }, 200],
  ["GET", { "if-unmodified-since": earlier }, 412],
];
for (const [method, fields, expected] of cases) {
  test(`${method} with ${JSON.stringify(fields)} gives ${expected} (RFC 9110 §13.2.2)`, () => {
    assert.equal(status(method, fields), expected);
  });
}

test("If-Range wants exactly the current state (RFC 9110 §13.1.5)", () => {
  const allowed = (value: string): boolean =>
    allowsRange((name) => (name === "if-range" ? value : undefined), now);
  assert.deepEqual(['"v1"', 'W/"v1"', '"v2"', same, earlier, "soon"].map(allowed), [
    true,
    false,
    false,
    true,
    false,
    false,
  ]);
  assert.equal(
    allowsRange(() => undefined, now),
    true,
  );
});

const ranges: readonly [value: string, range: unknown][] = [
  ["bytes=0-0", { offset: 0, length: 1 }],
  ["bytes=5-", { offset: 5, length: 5 }],
  ["bytes=-3", { offset: 7, length: 3 }],
  ["bytes=-30", { offset: 0, length: 10 }],
  ["bytes=8-99", { offset: 8, length: 2 }],
  ["bytes=10-", "none"],
  ["bytes=-0", "none"],
  ["bytes=5-4", "whole"],
  ["bytes=0-1,3-4", "whole"],
  ["lines=0-1", "whole"],
  ["bytes=-", "whole"],
];
for (const [value, range] of ranges) {
  test(`"${value}" of 10 bytes is ${JSON.stringify(range)} (RFC 9110 §14.1.2)`, () => {
    assert.deepEqual(parseRange(value, 10), range);
  });
}

test("an empty body has no range", () => assert.equal(parseRange("bytes=0-", 0), "none"));
