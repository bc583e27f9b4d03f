import assert from "node:assert/strict";
import { test } from "node:test";
import { fromPsgi } from "#src/adapter/psgi.js";
import { toApp } from "#src/adapter/to-app.js";
import type { App } from "#src/pagi/app.js";
import { exchange } from "../support/driven-exchange.js";

/** A module as `import()` gives it. */
function moduleOf(exports: Record<string, unknown>): unknown {
  return Object.assign(Object.create(null, { [Symbol.toStringTag]: { value: "Module" } }), exports);
}

const pagi: App = async (_, __, send) => {
  await send({ type: "http.response.start", status: 200 });
  await send({ type: "http.response.body", body: "pagi" });
};
const psgi = (): [number, string[], string[]] => [200, ["Content-Type", "text/plain"], ["psgi"]];
const fetch = (): Response => new Response("fetch");

const accepted: [title: string, exports: Record<string, unknown>, filename: string, answer: string][] = [
  ["a default function of three parameters as a message app", { default: pagi }, "app.ts", "pagi"],
  ["a default object with fetch as a fetch app", { default: { fetch } }, "app.ts", "fetch"],
  ["what an adapter returned", { default: fromPsgi(psgi) }, "app.ts", "psgi"],
  ["the default of a *.psgi.ts file as a PSGI app", { default: psgi }, "x/app.psgi.ts", "psgi"],
  ["the default of a *.psgi.mjs file as a PSGI app", { default: psgi }, "app.psgi.mjs", "psgi"],
  ["an adapted app in a *.psgi.js file", { default: fromPsgi(psgi) }, "app.psgi.js", "psgi"],
  ["a named export pagi", { pagi }, "app.ts", "pagi"],
  ["a named export psgi", { psgi }, "app.ts", "psgi"],
  ["a named export fetch", { fetch }, "app.ts", "fetch"],
  ["a named export fetch that is an object with fetch", { fetch: { fetch } }, "app.ts", "fetch"],
  ["a named export that is the default as well", { psgi, default: psgi }, "app.ts", "psgi"],
  ["other named exports beside a default", { default: pagi, helper: 1 }, "app.ts", "pagi"],
];

for (const [title, exports, filename, answer] of accepted) {
  test(`toApp takes ${title}`, async () => {
    assert.equal((await exchange(toApp(moduleOf(exports), { filename }))).text, answer);
  });
}

/** A function of three parameters that can listen, and nothing else that is known. */
const unknown = Object.assign((...all: [unknown, unknown, unknown]) => all, { listen: () => undefined });
Object.defineProperty(unknown, "length", { value: 3 });

const refused: [title: string, source: unknown, message: RegExp][] = [
  ["a module without an app", moduleOf({}), /exports no app/],
  ["a function without parameters", moduleOf({ default: psgi }), /a function of 0 parameters/],
  ["a function of one parameter", moduleOf({ default: (env: unknown) => env }), /function of one parameter/],
  [
    "a function of two parameters",
    moduleOf({ default: (a: unknown, b: unknown) => [a, b] }),
    /of 2 parameters/,
  ],
  ["several named exports", moduleOf({ pagi, psgi }), /exports "pagi" and "psgi"/],
  ["a named export beside another default", moduleOf({ psgi, default: pagi }), /"psgi" and a default/],
  ["a named export of the wrong kind", moduleOf({ psgi: 7 }), /exports "psgi", but that is a number/],
  ["an unknown framework", moduleOf({ default: unknown }), /a framework's app that is not known/],
  ["an object without fetch", moduleOf({ default: {} }), /an object without fetch/],
  ["a value that is no app", 7, /gives a number/],
  ["null", null, /gives null/],
];

for (const [title, source, message] of refused) {
  test(`toApp refuses ${title} and lists the wrappers`, () => {
    assert.throws(
      () => toApp(source, { filename: "my-app.ts" }),
      (error: Error) => {
        assert.equal(error.name, "UsageError");
        assert.match(error.message, message);
        assert.match(error.message, /^my-app\.ts /);
        return ["fromPsgi(app)", "fromFetch(app)", "export const pagi"].every((word) =>
          error.message.includes(word),
        );
      },
    );
  });
}

test("toApp refuses a *.psgi.ts file that exports no function", () => {
  const source = moduleOf({ default: { fetch } });
  assert.throws(
    () => toApp(source, { filename: "app.psgi.ts" }),
    /a \*\.psgi file default-exports a PSGI app/,
  );
});

test("toApp takes a bare value by the same rules", async () => {
  assert.equal((await exchange(toApp({ fetch }))).text, "fetch");
  assert.equal(toApp(pagi), pagi);
  assert.throws(() => toApp(psgi), /the app gives a function of 0 parameters/);
});
