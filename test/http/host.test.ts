import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultPort, isIpv4, isIpv6, parseHost } from "#src/http/host.js";

test("a host is a name, an address or nothing, with or without a port (RFC 9112 §3.2)", () => {
  const cases: readonly (readonly [string, string, number | undefined])[] = [
    ["Example.COM", "example.com", undefined],
    ["example.com:8080", "example.com", 8080],
    ["example.com:", "example.com", undefined],
    ["127.0.0.1:80", "127.0.0.1", 80],
    ["[2001:DB8::1]:443", "[2001:db8::1]", 443],
    ["xn--bcher-kva.example", "xn--bcher-kva.example", undefined],
    ["a%20b", "a%20b", undefined],
    ["", "", undefined],
    [":0", "", 0],
  ];
  for (const [text, name, port] of cases) assert.deepEqual(parseHost(text), { name, port }, text);
});

test("a malformed host is refused (RFC 3986 §3.2.2)", () => {
  const cases = [
    "user@host",
    "a b",
    "a:b",
    "a:80:80",
    "a:65536",
    "a:123456",
    "[::1",
    "::1",
    "[::1]a",
    "[v1.a]",
  ];
  for (const text of [...cases, "[::1%eth0]", "a/b", "a%2", "a,\u00e9", "a\n", "[]", "h:-1"])
    assert.equal(parseHost(text), undefined, text);
});

test("IPv6 addresses are recognised in all their forms (RFC 4291 §2.2)", () => {
  for (const text of [
    "::",
    "::1",
    "1::",
    "1:2:3:4:5:6:7:8",
    "1::8",
    "::ffff:192.0.2.1",
    "1:2:3:4:5:6:1.2.3.4",
  ])
    assert.equal(isIpv6(text), true, text);
  for (const text of [
    "",
    ":",
    ":::",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1::2::3",
    "12345::",
    "1.2.3.4::",
    "::g",
  ])
    assert.equal(isIpv6(text), false, text);
  for (const text of ["1:2:3:4:5:6:7:8::", ":1:2:3:4:5:6:7:8", "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4"])
    assert.equal(isIpv6(text), false, text);
});

test("IPv4 addresses have four parts without leading zeros", () => {
  assert.deepEqual(["0.0.0.0", "255.255.255.255", "1.2.3.4"].map(isIpv4), [true, true, true]);
  assert.deepEqual(
    ["1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4.", ""].map(isIpv4),
    Array.from({ length: 6 }, () => false),
  );
});

test("each scheme has its port", () => {
  assert.deepEqual((["http", "ws", "https", "wss"] as const).map(defaultPort), [80, 80, 443, 443]);
});
