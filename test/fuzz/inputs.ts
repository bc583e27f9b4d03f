/** What the fuzzer feeds: seeds from the wire cases and from saved failures, and mutations of them. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Arbitrary, array, nat, tuple } from "fast-check";
import { unescapeWire } from "#src/testing/wire-text.js";
import { loadWireCases } from "tack/testing";
import { anyMutation, mutate } from "./mutate.js";

const FOLDER = join(process.cwd(), "test", "fuzz", "seeds");

/** A request, or several, as bytes that went wrong once. */
export interface Seed {
  readonly name: string;
  /** One character per byte. */
  readonly text: string;
}

/** Saved failures: one file each, its lines that start with `>` as in `wire/README.md`. */
export function savedSeeds(): Seed[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith(".txt"))
    .sort()
    .map((name) => ({ name, text: bytesOf(readFileSync(join(FOLDER, name), "utf8")) }));
}

function bytesOf(file: string): string {
  const lines = file.split("\n").filter((line) => line.startsWith("> "));
  return lines.map((line) => unescapeWire(line.slice(2)).toString("latin1")).join("");
}

/** Every seed: what the wire cases send, and the saved ones. */
export function allSeeds(): Seed[] {
  const wire = loadWireCases().map(({ name, steps }) => ({
    name,
    text: steps.map((step) => (step.do === "send" ? step.bytes.toString("latin1") : "")).join(""),
  }));
  return [...wire, ...savedSeeds()].filter(({ text }) => text.length < 20_000);
}

/** Byte strings made of seeds by up to six mutations. */
export function anyInput(seeds: readonly Seed[]): Arbitrary<string> {
  const index = nat(seeds.length - 1);
  return tuple(index, index, array(anyMutation, { maxLength: 6 })).map(([first, second, mutations]) => {
    const other = seeds[second]!.text;
    return mutations.reduce((text, mutation) => mutate(text, mutation, other), seeds[first]!.text);
  });
}
