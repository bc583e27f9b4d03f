import assert from "node:assert/strict";
import { test } from "node:test";
import { formatListen, parseListen } from "#src/server/listen-url.js";

test("every form of a listen URL is read", () => {
  assert.deepEqual(parseListen("http://127.0.0.1:5000"), { kind: "tcp", host: "127.0.0.1", port: 5000 });
  assert.deepEqual(parseListen("http://127.0.0.1:5000/"), { kind: "tcp", host: "127.0.0.1", port: 5000 });
  assert.deepEqual(parseListen("HTTP://[::1]:0"), { kind: "tcp", host: "::1", port: 0 });
  assert.deepEqual(parseListen("[::1]:80"), { kind: "tcp", host: "::1", port: 80 });
  assert.deepEqual(parseListen(":5000"), { kind: "tcp", host: "0.0.0.0", port: 5000 });
  assert.deepEqual(parseListen("localhost:80"), { kind: "tcp", host: "localhost", port: 80 });
  assert.deepEqual(parseListen("unix:/run/app.sock?mode=660"), {
    kind: "unix",
    path: "/run/app.sock",
    mode: 0o660,
  });
  assert.deepEqual(parseListen("/run/a:80.sock"), { kind: "unix", path: "/run/a:80.sock" });
  assert.deepEqual(parseListen("./app.sock"), { kind: "unix", path: "./app.sock" });
  assert.deepEqual(parseListen("fd:3"), { kind: "fd", fd: 3 });
});

const REFUSED: [text: string, why: RegExp][] = [
  ["https://127.0.0.1:443", /https is not offered/],
  ["http://127.0.0.1", /expected http:\/\/host:port/],
  ["http://127.0.0.1:65536", /at most 65535/],
  ["http://127.0.0.1:80/app", /use --path/],
  ["ftp://127.0.0.1:80", /only http:, unix: and fd:/],
  ["[127.0.0.1]:80", /brackets are for IPv6/],
  ["::1:80", /expected/],
  ["app.sock", /expected/],
  ["unix:", /path of the socket is missing/],
  ["unix:/x?mode=888", /mode=<octal digits>/],
  ["fd:x", /descriptor number/],
  ["fd:2", /standard streams/],
  ["", /expected/],
];

for (const [text, why] of REFUSED) {
  test(`the listen URL "${text}" is refused with a reason`, () => {
    assert.throws(() => parseListen(text), why);
  });
}

test("a target is written as it is read", () => {
  for (const text of ["http://127.0.0.1:5000", "http://[::1]:0", "unix:/x?mode=660", "unix:/x", "fd:4"]) {
    assert.equal(formatListen(parseListen(text)), text);
  }
});
