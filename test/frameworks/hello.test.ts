/** The hello app of each framework, as its own documentation would write it, started by the launcher unchanged. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { root } from "../architecture/source.js";
import { accepting } from "../support/accepting.js";

const folder = join("test", "frameworks", "hello");

/** The framework that each file says it is written with. */
const files: Readonly<Record<string, string>> = {
  "connect.mjs": "Connect",
  "elysia.ts": "Elysia",
  "express.ts": "Express",
  "express4.mjs": "Express 4",
  "fastify.ts": "Fastify",
  "feathers.mjs": "Feathers",
  "h3.ts": "h3",
  "hapi.mjs": "hapi",
  "hono.ts": "Hono",
  "itty-router.mjs": "itty-router",
  "koa.ts": "Koa",
  "nest-fastify.mjs": "Nest on Fastify",
  "nest.ts": "Nest",
  "node-http.mjs": "node:http",
  "polka.mjs": "Polka",
  "worker.mjs": "a Worker",
};

function launched(t: TestContext, ...words: readonly string[]): Promise<string> {
  const tackup = join(root, "bin", "tackup.mjs");
  return accepting(t, [process.execPath, tackup, ...words, "--port", "0"], { cwd: root });
}

for (const [file, from] of Object.entries(files)) {
  test(`tackup runs ${file}`, async (t) => {
    const url = await launched(t, join(folder, file));
    const answers = [];
    for (const query of ["?name=Ada", ""]) answers.push(await (await fetch(`${url}/hello${query}`)).json());
    assert.deepEqual(answers, [
      { hello: "Ada", from },
      { hello: "stranger", from },
    ]);
  });
}

test("tackup runs them in development as well, where every event is checked", async (t) => {
  for (const file of ["express.ts", "koa.ts", "fastify.ts"]) {
    const url = await launched(t, "--env", "development", join(folder, file));
    assert.equal((await fetch(`${url}/hello`)).status, 200, file);
  }
});

test("every hello app is tried", () => {
  const there = readdirSync(join(root, folder)).filter((name) => /\.(ts|mjs)$/.test(name));
  assert.deepEqual(there.sort(), Object.keys(files).sort());
});
