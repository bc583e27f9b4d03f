import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { CHAR_CLASS, VALUE } from "#src/protocol/http1/char-class.js";
import { scanValue } from "#src/protocol/http1/scan-value.js";

const SIZES: readonly (readonly [name: string, bytes: number])[] = [
  ["a small buffer", 64],
  ["a buffer that is read into again and again", 65_536],
];

for (const [name, size] of SIZES) {
  test(`every byte ends a value or does not, at every place of a word, in ${name}`, () => {
    const bytes = Buffer.alloc(size, "v");
    for (let byte = 0; byte < 256; byte++) {
      const isValue = (CHAR_CLASS[byte]! & VALUE) !== 0;
      for (let at = 0; at < 12; at++) {
        bytes[at] = byte;
        assert.equal(scanValue(bytes, 0, 20), isValue ? 20 : at, `byte ${byte} at ${at}`);
        assert.equal(scanValue(bytes, at, 17), isValue ? 17 : at, `from byte ${byte} at ${at}`);
        bytes[at] = 0x76;
      }
    }
  });

  test(`what was read into ${name} since is what counts`, () => {
    const bytes = Buffer.alloc(size, "v");
    assert.equal(scanValue(bytes, 0, 40), 40);
    bytes[33] = 13;
    assert.equal(scanValue(bytes, 0, 40), 33);
    assert.equal(scanValue(bytes.subarray(30), 0, 10), 3);
  });
}
