/** The conformance suite inside of another runtime, told case by case here. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { serverSuite } from "#src/testing/server-suite.js";
import { runtimeOptions } from "./declared.js";
import { findRuntime } from "./find-runtime.js";

type Outcome = { readonly error?: string };

/** Declares a test for each case; a single skipped one when the runtime is not installed. */
export function runtimeSuite(name: "bun" | "deno", args: readonly string[]): void {
  const program = findRuntime(name);
  const title = `the handler ${name} on its own runtime`;
  if (program === undefined) {
    test(title, { skip: `needs ${name}` }, () => {});
    return;
  }
  const never = (): Promise<never> => Promise.reject(new Error("the cases run in the runtime"));
  const cases = serverSuite(never, runtimeOptions[name]);
  const script = fileURLToPath(new URL("run-cases.js", import.meta.url));
  describe(title, { concurrency: cases.length }, () => {
    const child = spawn(program, [...args, script, name], { stdio: ["ignore", "pipe", "pipe"] });
    after(() => void child.kill());
    const outcomes = readOutcomes(child);
    for (const { id, title: caseTitle } of cases) {
      test(caseTitle, async () => {
        const { error } = await outcomes(id);
        assert.equal(error, undefined, error);
      });
    }
  });
}

/** Reads what the child prints; what never comes is an error that shows the end of its complaints. */
function readOutcomes(child: ChildProcess): (id: string) => Promise<Outcome> {
  const seen = new Map<string, Outcome>();
  const waiting = new Map<string, (outcome: Outcome) => void>();
  let complaints = "";
  let ending: Outcome | undefined;
  child.stderr!.on("data", (data: Buffer) => (complaints = (complaints + data.toString()).slice(-2000)));
  createInterface({ input: child.stdout! }).on("line", (line) => {
    const { id, ...outcome } = JSON.parse(line) as Outcome & { readonly id: string };
    seen.set(id, outcome);
    waiting.get(id)?.(outcome);
  });
  child.on("close", () => {
    ending = { error: `the runtime ended before this case did: ${complaints}` };
    for (const [id, tell] of waiting) tell(seen.get(id) ?? ending);
  });
  return (id) =>
    new Promise((resolve) => {
      const known = seen.get(id) ?? ending;
      if (known !== undefined) resolve(known);
      else waiting.set(id, resolve);
    });
}
