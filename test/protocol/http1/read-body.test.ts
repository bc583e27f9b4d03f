import assert from "node:assert/strict";
import { test } from "node:test";
import { BodyReader } from "#src/protocol/http1/read-body.js";

const LIMITS = { maxBodyBytes: 100, maxHeaderBytes: 64, maxHeaderCount: 2 };

interface Outcome {
  readonly data: string;
  readonly consumed: number;
  readonly isDone: boolean;
  readonly trailers: readonly (readonly [string, string])[];
}

/** Feeds `text` in pieces of `size` bytes to a chunked body, until that is done. */
function readChunked(text: string, size: number = text.length): Outcome {
  const reader = new BodyReader(LIMITS);
  reader.startChunked();
  const bytes = Buffer.from(text, "latin1");
  let data = "";
  let at = 0;
  while (at < bytes.length && !reader.isDone) {
    at = reader.read(bytes, at, Math.min(bytes.length, at + size));
    data += Buffer.from(reader.takeData()).toString("latin1");
  }
  return { data, consumed: at, isDone: reader.isDone, trailers: reader.trailers };
}

const ACCEPTED: readonly (readonly [
  text: string,
  data: string,
  trailers?: readonly (readonly [string, string])[],
])[] = [
  ["0\r\n\r\n", ""],
  ["3\r\nabc\r\n0\r\n\r\n", "abc"],
  ["00000003\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n", "abc0123456789"],
  ["a\r\n0123456789\r\n000\r\n\r\n", "0123456789"],
  ['3;a;b=c;d="e;\\"f"\r\nabc\r\n0;last\r\n\r\n', "abc"],
  ["2\r\n\r\n\r\n0\r\n\r\n", "\r\n"],
  ["0\r\nX-Sum:  5 \t\r\n\r\n", "", [["x-sum", "5"]]],
  ["0\r\nContent-Length: 5\r\nX_Y: 1\r\nHost: b\r\nA:\r\n\r\n", "", [["a", ""]]],
];

for (const [text, data, trailers = []] of ACCEPTED) {
  for (const size of [1, 2, 3, 1000]) {
    test(`${JSON.stringify(text)} by ${size} is a body`, () => {
      const consumed = text.length;
      assert.deepEqual(readChunked(`${text}GET /next`, size), { data, consumed, isDone: true, trailers });
    });
  }
}

const REFUSED: readonly (readonly [text: string, status: number])[] = [
  ["\r\n", 400],
  ["g\r\n", 400],
  ["0x3\r\nabc\r\n", 400],
  ["+3\r\nabc\r\n", 400],
  ["-1\r\n", 400],
  [" 3\r\nabc\r\n", 400],
  ["3 \r\nabc\r\n", 400],
  ["3 ;a\r\nabc\r\n", 400],
  ["3;\r\nabc\r\n", 400],
  ["3;a=\r\nabc\r\n", 400],
  ['3;a="b\r\nabc\r\n', 400],
  ["3\nabc\r\n", 400],
  ["3\rabc\r\n", 400],
  ["3;a\nb\r\nabc\r\n", 400],
  ["3\r\nabcd\r\n", 400],
  ["3\r\nabc\n0\r\n\r\n", 400],
  ["3\r\nabc\r0", 400],
  ["000000001\r\na\r\n", 400],
  ["fffffffff\r\n", 400],
  ["ffffffff\r\n", 413],
  ["65\r\n", 413],
  ["64\r\n" + "x".repeat(100) + "\r\n1\r\n", 413],
  ["0\r\n X: y\r\n\r\n", 400],
  ["0\r\nX : y\r\n\r\n", 400],
  ["0\r\nX\r\n\r\n", 400],
  ["0\r\nX: \0\r\n\r\n", 400],
  ["0\r\na: b\r\na: b\r\na: b\r\n\r\n", 431],
  [`0\r\na: ${"x".repeat(64)}\r\n\r\n`, 431],
  [`3;a=${"x".repeat(1100)}\r\n`, 400],
  [`1;a=${"x".repeat(1000)}\r\na\r\n`.repeat(5), 400],
];

for (const [text, status] of REFUSED) {
  for (const size of [1, 1000]) {
    test(`${JSON.stringify(text.slice(0, 40))} by ${size} is refused with ${status}`, () => {
      assert.throws(() => readChunked(text, size), { code: "PROTOCOL", status });
    });
  }
}

test("a body of known length ends where it ends, in pieces of its own", () => {
  const reader = new BodyReader(LIMITS);
  reader.startFixed(5);
  const bytes = Buffer.from("abcdefgh");
  assert.equal(reader.read(bytes, 0, 3), 3);
  const first = reader.takeData();
  assert.deepEqual([reader.isDone, reader.remaining], [false, 2]);
  bytes.fill("x", 0, 3);
  assert.equal(Buffer.from(first).toString(), "abc");
  assert.equal(reader.read(bytes, 3, 8), 5);
  assert.equal(Buffer.from(reader.takeData()).toString(), "de");
  assert.deepEqual([reader.isDone, reader.remaining], [true, 0]);
});

test("what was taken is kept no longer", () => {
  const reader = new BodyReader(LIMITS);
  reader.startFixed(3);
  reader.read(Buffer.from("abc"), 0, 3);
  assert.equal(reader.takeData().byteLength, 3);
  assert.equal(reader.takeData().byteLength, 0);
});

test("trailers and limits of one body do not reach into the next", () => {
  const reader = new BodyReader(LIMITS);
  const bytes = Buffer.from(`50\r\n${"x".repeat(80)}\r\n0\r\nA: b\r\n\r\n`);
  for (let round = 0; round < 3; round++) {
    reader.startChunked();
    assert.equal(reader.read(bytes, 0, bytes.length), bytes.length);
    assert.deepEqual(reader.trailers, [["a", "b"]]);
  }
  reader.startFixed(0);
  assert.deepEqual([reader.isDone, reader.trailers], [true, []]);
});
