/** Koa answers on our server as on node's: one app, asked the same on both. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { askBoth, type Question } from "./compare.js";
import { koaListener, koaQuestions } from "./koa-cases.js";

const nameOf = ({ method = "GET", path, headers = [] }: Question): string =>
  [method, path, ...headers.map(([name, value]) => `(${name}: ${value})`)].join(" ");

for (const question of koaQuestions) {
  test(`Koa: ${nameOf(question)} is answered as on node:http`, async (context) => {
    const [plain, ours] = await askBoth(context, koaListener, question);
    assert.deepEqual(ours, plain);
  });
}
