/** The name in the first message of real clients, whole, in pieces, and broken. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { readServerName } from "#src/protocol/client-hello.js";
import { helloOf } from "../support/client-hello.js";

/** The same message in records of so many bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const piece = message.subarray(at, at + size);
    records.push(Buffer.of(22, 3, 1, piece.length >> 8, piece.length & 0xff), piece);
  }
  return Buffer.concat(records);
}

const named = await helloOf({ servername: "A.example.org", ALPNProtocols: ["h2", "http/1.1"] });

test("the name is read, whatever else a client offers", async () => {
  assert.equal(readServerName(named), "A.example.org");
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
    assert.equal(readServerName(await helloOf({ servername: "b.test", maxVersion })), "b.test");
    assert.equal(readServerName(await helloOf({ servername: "", maxVersion })), undefined);
  }
});

test("a message without its end asks for more, wherever it is cut and however it is parted", () => {
  for (let length = 0; length < named.length; length++) {
    assert.equal(readServerName(named.subarray(0, length)), false, `${length} bytes`);
  }
  for (const size of [1, 3, 4, 5, 100]) {
    const parted = inRecords(named, size);
    assert.equal(readServerName(parted), "A.example.org", `records of ${size}`);
    assert.equal(readServerName(parted.subarray(0, -1)), false);
  }
});

test("what follows the message is not looked at", () => {
  assert.equal(readServerName(Buffer.concat([named, Buffer.of(20, 3, 3, 0, 1, 1)])), "A.example.org");
});

test("what is no client's first message names nobody", () => {
  assert.equal(readServerName(Buffer.from("GET / HTTP/1.1\r\n\r\n")), undefined);
  assert.equal(readServerName(Buffer.of(22, 3, 1, 0, 1, 2)), undefined);
  // A message that claims to be longer than anybody's.
  const endless = Buffer.concat([Buffer.of(22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff), Buffer.alloc(20_000)]);
  assert.equal(readServerName(endless), undefined);
});

test("no byte that is changed makes it throw", () => {
  for (let at = 0; at < named.length; at++) {
    for (const byte of [0, 1, 0x7f, 0xff]) {
      const broken = Buffer.from(named);
      broken[at] = byte;
      const name = readServerName(broken);
      assert.ok(name === undefined || name === false || typeof name === "string");
    }
  }
});
