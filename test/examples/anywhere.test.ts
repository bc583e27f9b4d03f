/** The same app file by the launcher, on Bun, on Deno and on workerd. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "../architecture/source.js";
import { findRuntime } from "../handler/runtime/find-runtime.js";
import { startWorkerd } from "../handler/runtime/start-workerd.js";
import { accepting } from "../support/accepting.js";

const built = join(root, "build", "examples", "anywhere");

async function answers(url: string): Promise<void> {
  const answer = await fetch(`${url}/?name=Ada`);
  assert.deepEqual(await answer.json(), { hello: "Ada", from: "anywhere" });
}

test("by the launcher", async (t) => {
  const words = [join(root, "bin", "tackup.mjs"), join("examples", "anywhere", "app.ts"), "--port", "0"];
  await answers(await accepting(t, [process.execPath, ...words], { cwd: root }));
});

const runtimes = { bun: [], deno: ["run", "--allow-net", "--allow-read", "--allow-env"] } as const;

for (const [name, words] of Object.entries(runtimes)) {
  const program = findRuntime(name as keyof typeof runtimes);
  test(`on ${name}`, { skip: program === undefined && `needs ${name}` }, async (t) => {
    const command = [program!, ...words, join(built, "serve.js")] as const;
    await answers(await accepting(t, [...command], { cwd: root, env: { ...process.env, PORT: "0" } }));
  });
}

const workerd = findRuntime("workerd");

test("on workerd", { skip: workerd === undefined && "needs workerd" }, async (t) => {
  const read = (name: string): string => readFileSync(join(built, name), "utf8");
  // workerd takes no packages, so both files become one, beside the compiled sources.
  const app = read("app.js").replace("export default app;", "");
  const worker = read("worker.js")
    .replace(/^import app .*$/m, app)
    .replace(/"tack\/(.*)"/g, '"./dist/$1.js"');
  const running = await startWorkerd(workerd!, worker);
  t.after(() => running.close());
  await answers(running.url);
});
