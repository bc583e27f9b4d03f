/** The contract pages, lint and the tests hold together: no rule unchecked in silence, no id out of thin air. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { pagiAdvice } from "#src/middleware/lint/rules.js";
import { psgiAdvice } from "#src/middleware/lint/psgi-rules.js";

const PREFIXES = "APP|SCOPE|PATH|HEAD|CONN|TRANS|HTTP|WS|SSE|LIFE|EXT|MID|ENV|INPUT|ERR|RES|BODY|DELAY";
const ID = new RegExp(`\\b(?:${PREFIXES})-(?:[A-Z]+-)?\\d+\\b`, "g");
const RULE =
  /^- \*\*([A-Z0-9-]+)\*\* (MUST|SHOULD|MAY) \(((?:app|server|middleware)(?:, (?:app|server|middleware))*)\): (.+)$/;

interface Page {
  readonly name: string;
  readonly ids: readonly string[];
  readonly musts: readonly string[];
  readonly unchecked: ReadonlyMap<string, string>;
  readonly advice: readonly string[];
  readonly tests: string;
}

function sources(folder: string, wanted: (name: string) => boolean): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => String(name))
    .filter((name) => /\.(?:ts|md|json|txt)$/.test(name) && wanted(name))
    .map((name) => readFileSync(`${folder}/${name}`, "utf8"));
}

function readPage(name: string, advice: object, isTest: (file: string) => boolean): Page {
  const lines = readFileSync(`spec/${name}.md`, "utf8").split("\n");
  const listed = lines.slice(lines.indexOf("## What lint does not check"));
  const unchecked = new Map<string, string>();
  for (const line of listed.filter((text) => text.startsWith("- "))) {
    const [ids = "", reason = ""] = line.slice(2).split(/: (.*)/);
    for (const id of ids.split(", ")) {
      assert.ok(!unchecked.has(id), `${name}.md lists ${id} twice as unchecked`);
      unchecked.set(id, reason);
    }
  }
  return {
    name,
    ids: lines.flatMap((line) => RULE.exec(line)?.[1] ?? []),
    musts: lines.flatMap((line) => (RULE.exec(line)?.[2] === "MUST" ? (RULE.exec(line)?.[1] ?? []) : [])),
    unchecked,
    advice: Object.keys(advice),
    tests: sources("test/middleware", isTest).join("\n"),
  };
}

const isPsgiTest = (file: string): boolean => file.startsWith("lint-psgi");
const pages = [
  readPage("PAGI", pagiAdvice, (file) => file.startsWith("lint-") && !isPsgiTest(file)),
  readPage("PSGI", psgiAdvice, isPsgiTest),
];

function none(problems: readonly string[], advice: string): void {
  assert.equal(problems.length, 0, `${advice}\n  ${problems.join("\n  ")}`);
}

for (const page of pages) {
  test(`every rule of ${page.name}.md is one sentence with an id of its own, a level and who must`, () => {
    const lines = readFileSync(`spec/${page.name}.md`, "utf8").split("\n");
    const rules = lines.filter((line) => line.startsWith("- **"));
    none(
      rules.filter((line) => !(RULE.exec(line)?.[4]?.endsWith(".") ?? false)),
      "Write `- **ID** LEVEL (who): sentence.`:",
    );
    none(
      page.ids.filter((id, index) => page.ids.indexOf(id) !== index),
      "Give each rule its own id:",
    );
    assert.ok(page.ids.length > 80);
  });

  test(`the ids of ${page.name}.md count up within their subject`, () => {
    const last = new Map<string, number>();
    for (const id of page.ids) {
      const [, subject = "", number] = /^(.+)-(\d+)$/.exec(id) ?? [];
      assert.equal(Number(number), (last.get(subject) ?? 0) + 1, id);
      last.set(subject, Number(number));
    }
  });

  test(`every rule of ${page.name}.md is checked by lint or listed there with the reason why not`, () => {
    const checked = page.ids.filter((id) => !page.unchecked.has(id));
    assert.deepEqual([...page.advice].sort(), [...checked].sort());
    none(
      [...page.unchecked].flatMap(([id, reason]) => (page.ids.includes(id) && reason !== "" ? [] : [id])),
      "List only rules of the page, each with a reason:",
    );
  });

  test(`every checked rule of ${page.name}.md has a test that breaks it and sees its id`, () => {
    const broken = new Set(
      [...page.tests.matchAll(/(?:Sends|Returns|Does|Gives|Delivers|Breaks|quotes)\(\s*"([A-Z0-9-]+)"/g)].map(
        ([, id]) => id,
      ),
    );
    none(
      page.advice.filter((id) => !broken.has(id)),
      "Add a test that breaks the rule:",
    );
  });
}

const LATER = "waits for the transport or handler that brings it";
const INTENTION = "about what an app means, which no test of ours can break";
const NEIGHBOUR = "proven by tests of the server or of each middleware, which speak of it in other words";

/** Rules that neither lint nor a title proves yet. The list may only shrink. */
const unproven: Readonly<Record<string, string>> = {
  "PAGI APP-3": INTENTION,
  "PAGI APP-18": INTENTION,
  "PAGI HTTP-38": INTENTION,
  "PAGI TRANS-7": LATER,
  "PAGI WS-1": LATER,
  "PAGI WS-13": LATER,
  "PAGI WS-16": LATER,
  "PAGI WS-17": LATER,
  "PAGI WS-18": LATER,
  "PAGI SSE-1": LATER,
  "PAGI SSE-5": LATER,
  "PAGI SSE-7": LATER,
  "PAGI SSE-13": LATER,
  "PAGI SSE-14": LATER,
  "PAGI SSE-17": LATER,
  "PSGI BODY-12": INTENTION,
  "PSGI EXT-1": INTENTION,
  "PSGI MID-2": NEIGHBOUR,
  "PSGI MID-4": NEIGHBOUR,
};

test("every MUST that lint cannot see is quoted by another test, or its absence is explained", () => {
  const missing = pages.flatMap((page) => {
    const isOfPage = (name: string): boolean =>
      /psgi/.test(name) === (page.name === "PSGI") && name !== "spec.test.ts";
    const proofs = ["test", "src/testing", "wire"].flatMap((folder) => sources(folder, isOfPage));
    const quoted = new Set(proofs.flatMap((text) => text.match(ID) ?? []));
    const must = page.musts.filter((id) => page.unchecked.has(id) && !quoted.has(id));
    return must.map((id) => `${page.name} ${id}`);
  });
  none(
    missing.filter((id) => !(id in unproven)),
    "Quote the id in the title of the test that proves it:",
  );
});

test("no id is quoted that the pages lack", () => {
  const known = new Set(pages.flatMap((page) => page.ids));
  const psgiOnly = new Set(pages[1]?.ids);
  const wrong = (folder: string, wanted: (name: string) => boolean, ids: ReadonlySet<string>): string[] =>
    sources(folder, wanted).flatMap((text) =>
      [...text.matchAll(ID)].map(([id]) => id).filter((id) => !ids.has(id)),
    );
  none([...new Set(wrong("src", () => true, known))], "Use an id of spec/PAGI.md or spec/PSGI.md:");
  none([...new Set(wrong("src/psgi", () => true, psgiOnly))], "Use an id of spec/PSGI.md:");
  none([...new Set(wrong("wire", () => true, known))], "Use an id of spec/PAGI.md or spec/PSGI.md:");
  none([...new Set(wrong("docs", () => true, known))], "Use an id of spec/PAGI.md or spec/PSGI.md:");
  none([...new Set(wrong("test", () => true, known))], "Use an id of spec/PAGI.md or spec/PSGI.md:");
});
