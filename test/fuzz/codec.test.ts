import { test } from "node:test";
import { type Arbitrary, array, assert, constant, nat, property, tuple } from "fast-check";
import { checkCodec } from "./codec.js";
import { allSeeds, anyInput } from "./inputs.js";

const seeds = allSeeds();
const anyCuts = (text: string): Arbitrary<number[]> => array(nat(text.length), { maxLength: 8 });

test("every seed reads the same whole, byte by byte and cut in two anywhere", () => {
  for (const { text } of seeds) {
    const every = Array.from({ length: text.length }, (_, at) => at);
    checkCodec(text, every);
    const step = Math.max(1, Math.floor(text.length / 200));
    for (let at = 0; at < text.length; at += step) checkCodec(text, [at]);
  }
});

test("mutated requests read the same however they are cut, and never more than the reference reads", () => {
  const inputs = anyInput(seeds).chain((text) => tuple(constant(text), anyCuts(text)));
  assert(
    property(inputs, ([text, cuts]) => void checkCodec(text, cuts)),
    { numRuns: 10_000, seed: 20_260_727 },
  );
});
