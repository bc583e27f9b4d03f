import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addHeaderMember,
  appendHeader,
  getHeader,
  getHeaders,
  hasHeader,
  headerPairs,
  joinHeader,
  removeHeader,
  setHeader,
  type HeaderPairs,
} from "#src/http/headers.js";

const headers: HeaderPairs = Object.freeze([
  ["etag", '"a"'],
  ["set-cookie", "a=1"],
  ["x-empty", ""],
  ["set-cookie", "b=2"],
] as const);

test("fields are found by name in any case", () => {
  assert.equal(getHeader(headers, "ETag"), '"a"');
  assert.equal(getHeader(headers, "x-empty"), "");
  assert.equal(getHeader(headers, "date"), undefined);
  assert.deepEqual([hasHeader(headers, "X-Empty"), hasHeader(headers, "date")], [true, false]);
});

test("repeated fields keep their order, and can be read as one (RFC 9110 §5.3)", () => {
  assert.deepEqual(getHeaders(headers, "Set-Cookie"), ["a=1", "b=2"]);
  assert.equal(joinHeader([...headers, ["etag", '"b"']], "etag"), '"a", "b"');
  assert.equal(joinHeader(headers, "accept"), undefined);
});

test("setting keeps the place of the first field and removes the others", () => {
  assert.deepEqual(setHeader(headers, "Set-Cookie", "c=3"), [
    ["etag", '"a"'],
    ["set-cookie", "c=3"],
    ["x-empty", ""],
  ]);
  assert.deepEqual(setHeader([], "Date", "now"), [["date", "now"]]);
});

test("appending and removing give a changed copy", () => {
  assert.equal(appendHeader(headers, "Set-Cookie", "c=3").length, 5);
  assert.deepEqual(
    removeHeader(headers, "SET-COOKIE").map(([name]) => name),
    ["etag", "x-empty"],
  );
  assert.equal(removeHeader(headers, "date"), headers);
});

test("a member is added to a list field once, and never to `*` (RFC 9110 §12.5.5)", () => {
  assert.deepEqual(addHeaderMember([], "Vary", "accept"), [["vary", "accept"]]);
  const vary: HeaderPairs = [["vary", "Origin, accept"]];
  assert.equal(addHeaderMember(vary, "vary", "origin"), vary);
  assert.deepEqual(addHeaderMember(vary, "vary", "cookie"), [["vary", "Origin, accept, cookie"]]);
  const all: HeaderPairs = [["vary", "*"]];
  assert.equal(addHeaderMember(all, "vary", "cookie"), all);
});

test("headers written as an object or as pairs become pairs with lower-case names", () => {
  assert.deepEqual(headerPairs({ "Content-Type": "text/plain", "Set-Cookie": ["a=1", "b=2"] }), [
    ["content-type", "text/plain"],
    ["set-cookie", "a=1"],
    ["set-cookie", "b=2"],
  ]);
  assert.deepEqual(headerPairs([["X-A", "1"]]), [["x-a", "1"]]);
});
