import assert from "node:assert/strict";
import { test } from "node:test";
import { formatListen, listenUrl, parseListen } from "#src/server/listen-url.js";

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
  ["https://127.0.0.1", /expected http:\/\/host:port/],
  ["https://127.0.0.1:443/app?cert=a", /use --path/],
  ["https://:443?crt=a", /"crt" is unknown; known are tls, cert, key/],
  ["https://:443?toString=a", /"toString" is unknown/],
  ["https://:443?cert", /cert needs a value/],
  ["https://:443?cert=%zz", /a percent sign is written %25/],
  ["https://:443?min-version=1.1", /min-version is 1\.2 or 1\.3, not "1\.1"/],
  ["https://:443?client-cert=yes", /client-cert is none or request or require/],
  ["https://:443?", /nothing follows the question mark/],
  ["http://:80?cert=a", /only an https: URL has a query/],
  ["unix:/x?mode=660&mode=600", /mode is given once/],
  ["fd:3?mode=660", /"mode" is unknown/],
  ["http://127.0.0.1", /expected http:\/\/host:port/],
  ["http://127.0.0.1:65536", /at most 65535/],
  ["http://127.0.0.1:80/app", /use --path/],
  ["ftp://127.0.0.1:80", /only http:, https:, unix: and fd:/],
  ["[127.0.0.1]:80", /brackets are for IPv6/],
  ["::1:80", /expected/],
  ["app.sock", /expected/],
  ["unix:", /path of the socket is missing/],
  ["unix:/x?mode=888", /octal digits/],
  ["fd:x", /descriptor number/],
  ["fd:2", /standard streams/],
  ["", /expected/],
];

for (const [text, why] of REFUSED) {
  test(`the listen URL "${text}" is refused with a reason`, () => {
    assert.throws(() => parseListen(text), why);
  });
}

test("TLS is read from the query of a listen URL", () => {
  const { tls, ...place } = parseListen(
    "https://:443?cert=a.pem&key=a%20b+c.pem&cert=b.pem&key=c.pem&client-cert=require&ca=ca.pem",
  );
  assert.deepEqual(place, { kind: "tcp", host: "0.0.0.0", port: 443 });
  assert.deepEqual(tls, {
    cert: ["a.pem", "b.pem"],
    key: ["a b+c.pem", "c.pem"],
    ca: ["ca.pem"],
    clientCert: "require",
  });
  assert.deepEqual(parseListen("https://[::1]:0").tls, {});
  assert.deepEqual(parseListen("fd:3?tls").tls, {});
  assert.equal(parseListen("fd:3").tls, undefined);
  assert.deepEqual(parseListen("unix:/a.sock?mode=660&min-version=1.3"), {
    kind: "unix",
    path: "/a.sock",
    mode: 0o660,
    tls: { minVersion: "1.3" },
  });
});

test("people see the place, children all of the URL", () => {
  const text = "unix:/a.sock?mode=660&cert=a%26b.pem&passphrase-file=p&ticket-keys=t";
  assert.equal(formatListen(parseListen(text)), "unix:/a.sock?mode=660");
  for (const url of [text, "https://[::1]:8443?tls", "fd:3?cert=a&cert=b&key=c&key=d"]) {
    assert.equal(listenUrl(parseListen(url)), url);
  }
  assert.equal(formatListen(parseListen("https://127.0.0.1:443?cert=a")), "https://127.0.0.1:443");
});

test("a target is written as it is read", () => {
  for (const text of ["http://127.0.0.1:5000", "http://[::1]:0", "unix:/x?mode=660", "unix:/x", "fd:4"]) {
    assert.equal(formatListen(parseListen(text)), text);
  }
});
