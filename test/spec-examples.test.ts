/** Every app of `spec/coming-from.md` runs, under lint. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { App } from "#src/pagi/app.js";
import type { PsgiApp } from "#src/psgi/app.js";
import type { PsgiDelayed, PsgiResponder, PsgiTriple } from "#src/psgi/response.js";
import { lintPsgi } from "#src/middleware/lint.js";
import { callLinted } from "./support/lint.js";
import { handEnv, handWriter } from "./support/psgi.js";
import { httpScope } from "./support/scope.js";

// Inside the package, so that the examples find it by its own name.
const folder = join("build", `spec-examples-${process.pid}`);
const examples = [...readFileSync("spec/coming-from.md", "utf8").matchAll(/^```ts (\w+)\n(.*?)^```$/gms)];

async function load(form: string, index: number, text: string): Promise<unknown> {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${form}-${index}.mjs`);
  writeFileSync(file, text);
  return ((await import(pathToFileURL(file).href)) as { readonly default: unknown }).default;
}

async function runMessages(app: App): Promise<string> {
  const scope = httpScope({ extensions: { earlyHints: {} } });
  const { result, sent } = callLinted(app, { scope });
  await result;
  const pieces = sent.map((event) => (event as { readonly body?: Uint8Array | string }).body ?? "");
  return pieces.map((piece) => Buffer.from(piece).toString()).join("");
}

async function runPsgi(app: PsgiApp): Promise<string> {
  const response = await lintPsgi()(app)(handEnv({ QUERY_STRING: "reader" }));
  if (Array.isArray(response)) return ((response as unknown as PsgiTriple)[2] as readonly string[]).join("");
  const writer = handWriter();
  writer.lost = true;
  await (response as PsgiDelayed)((() => writer) as unknown as PsgiResponder);
  return writer.written.join("");
}

after(() => rmSync(folder, { recursive: true, force: true }));

test("the page has an example in each form", () => {
  assert.deepEqual([...new Set(examples.map(([, form]) => form))].sort(), ["fetch", "pagi", "psgi"]);
});

for (const [index, [, form = "", text = ""]] of examples.entries()) {
  test(`example ${index + 1} of coming-from.md runs in the ${form} form`, async () => {
    const app = await load(form, index, text);
    const answer = form === "psgi" ? await runPsgi(app as PsgiApp) : await runMessages(app as App);
    assert.match(answer, /^Hello|^\d{4}-\d\d-\d\dT/);
  });
}
