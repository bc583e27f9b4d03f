import assert from "node:assert/strict";
import { test } from "node:test";
import { isAuthority } from "#src/http/host.js";
import { readOddTarget } from "#src/protocol/http1/read-target.js";

const TARGETS: readonly (readonly [
  method: string,
  target: string,
  path: string,
  query: string,
  authority?: string,
])[] = [
  ["OPTIONS", "*", "*", ""],
  ["GET", "http://a", "/", "", "a"],
  ["GET", "HTTP://a:80/b?c?d", "/b", "c?d", "a:80"],
  ["GET", "https://[::1]:8/", "/", "", "[::1]:8"],
  ["GET", "http://a?b", "/", "b", "a"],
  ["OPTIONS", "http://a", "*", "", "a"],
  ["OPTIONS", "http://a?", "/", "", "a"],
  ["GET", "http://a//b/../c", "//b/../c", "", "a"],
];

for (const [method, target, rawPath, query, authority] of TARGETS) {
  test(`${method} ${target} asks for ${rawPath}`, () => {
    assert.deepEqual(readOddTarget(method, target), { rawPath, query, authority });
  });
}

for (const [method, target, status] of [
  ["GET", "*", 400],
  ["GET", "a", 400],
  ["GET", "http://", 400],
  ["GET", "http:///a", 400],
  ["GET", "http://u@a/", 400],
  ["GET", "http://u:p@a/", 400],
  ["GET", "ftp://a/", 400],
  ["GET", "http://a:b/", 400],
  ["GET", "http://[::1/", 400],
  ["CONNECT", "a:443", 501],
  ["CONNECT", "/", 501],
] as const) {
  test(`${method} ${target} is refused with ${status}`, () => {
    assert.throws(() => readOddTarget(method, target), { code: "PROTOCOL", status });
  });
}

for (const [host, isGood] of [
  ["a", true],
  ["a:", true],
  ["a:80", true],
  ["a:123456", false],
  ["a:80:80", false],
  ["[::1]", true],
  ["[::1]:80", true],
  ["::1", false],
  ["[::1]x", false],
  ["", false],
  [":80", false],
  ["a b", false],
] as const) {
  test(`${JSON.stringify(host)} is ${isGood ? "an" : "no"} authority`, () => {
    assert.equal(isAuthority(host), isGood);
  });
}
