import assert from "node:assert/strict";
import { test } from "node:test";
import { isPathPrefix, pathBelow, pathSegments } from "#src/http/path.js";

test("PATH-2: what lies below a prefix is cut between segments only", () => {
  assert.equal(pathBelow("/foo", "/foo/bar"), "/bar");
  assert.equal(pathBelow("/foo", "/foo"), "");
  assert.equal(pathBelow("/foo", "/foo//x"), "//x");
  assert.equal(pathBelow("", "/foo"), "/foo");
  assert.equal(pathBelow("", "*"), "*");
  for (const path of ["/foox", "/FOO", "/", "", "/bar/foo"]) assert.equal(pathBelow("/foo", path), undefined);
});

test("segments keep what repeated and trailing slashes mean", () => {
  assert.deepEqual(pathSegments("/a//b/"), ["a", "", "b", ""]);
  assert.deepEqual([pathSegments("/"), pathSegments(""), pathSegments("a/b")], [[""], [], ["a", "b"]]);
});

test("PATH-5: a prefix is empty or whole segments without a slash at the end", () => {
  for (const text of ["", "/a", "/a/b.c", "/a b"]) assert.equal(isPathPrefix(text), true, text);
  for (const text of ["/", "a", "/a/", "//a", "/a/../b", "/.", "/a?b", "/a#b"])
    assert.equal(isPathPrefix(text), false, text);
});
