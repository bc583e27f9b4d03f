import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { FrameRuler } from "#src/exchange/frame-ruler.js";
import { frame, OPCODE } from "#src/testing/client-session.js";

const size = fc.oneof(fc.nat(10), fc.constantFrom(125, 126, 127, 65_535, 65_536, 70_000));

test("frames of every length end where they end, in whatever pieces they come", () => {
  fc.assert(
    fc.property(
      fc.array(size, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 9 }),
      (sizes, step) => {
        const frames = sizes.map((length) => frame(OPCODE.bytes, new Uint8Array(length)));
        const bytes = Buffer.concat(frames);
        const ruler = new FrameRuler();
        const ends = new Set(frames.map((_, index) => Buffer.concat(frames.slice(0, index + 1)).length));
        // Bytes of a head one by one, those behind it in larger steps.
        for (let at = 0; at < bytes.length;) {
          const atMost = ends.has(at) || at === 0 ? step : 30_000;
          const passed = ruler.pass(bytes.subarray(at), atMost, 1);
          const next = [...ends].find((end) => end > at)!;
          assert.equal(passed, Math.min(atMost, next - at, bytes.length - at));
          at += passed;
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("no more frames are passed over than were asked for", () => {
  const bytes = Buffer.concat([frame(OPCODE.text, "one"), frame(OPCODE.ping, ""), frame(OPCODE.text, "two")]);
  const ruler = new FrameRuler();
  assert.equal(ruler.pass(bytes, Infinity, 2), 9 + 6);
  assert.equal(ruler.pass(bytes.subarray(15), Infinity, 2), 9);
});
