/** Docs and code say the same: error codes, named files, code examples. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exportsOf } from "./measure.js";
import { isPublic } from "./rules.js";
import { commentSnippets, homesOf, markdownSnippets, typeErrors } from "./snippets.js";
import { ownFiles, readSource, readSources, root, walk } from "./source.js";

const read = (path: string): string => readFileSync(join(root, path), "utf8");
const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();

/** The literal members of a union type. */
function unionOf(path: string, name: string): string[] {
  const found: string[] = [];
  walk(readSource(path).program, (node) => {
    if (node.type !== "TSTypeAliasDeclaration" || (node["id"] as { name?: string }).name !== name) return;
    walk(node, (inner) => {
      if (inner.type === "Literal" && typeof inner["value"] === "string") found.push(inner["value"]);
    });
  });
  return found;
}

test("docs/errors.md lists the error codes, all and no other", () => {
  const documented = [...read("docs/errors.md").matchAll(/^\| `([A-Z_]+)`/gm)].map((match) => match[1] ?? "");
  assert.deepEqual(sorted(documented), sorted(unionOf("src/http/errors.ts", "ErrorCode")));
});

test("docs/errors.md names every error class", () => {
  const classes = exportsOf(readSource("src/http/errors.ts")).map((one) => one.name);
  const missing = classes.filter(
    (name) => name.endsWith("Error") && !read("docs/errors.md").includes(`\`${name}\``),
  );
  assert.deepEqual(missing, []);
});

test("every file that the documents name exists", () => {
  const missing = ownFiles()
    .filter((path) => path.endsWith(".md") && !path.startsWith("bench/results/"))
    .flatMap((path) =>
      [...read(path).matchAll(/`((?:src|test|scripts|examples|docs|spec|bench|wire|bin)\/[\w./-]+)`/g)]
        .map((match) => match[1] ?? "")
        .filter((name) => !/node_modules/.test(name) && !existsSync(join(root, name)))
        .map((name) => `${path} names ${name}`),
    );
  assert.deepEqual(missing, []);
});

test("every link between documents leads somewhere", () => {
  const broken = ownFiles()
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
        .map((match) => join(path, "..", match[1] ?? ""))
        .filter((target) => !existsSync(join(root, target)))
        .map((target) => `${path} links to ${target}`),
    );
  assert.deepEqual(broken, []);
});

test("every function ARCHITECTURE.md names stands in the file it names", () => {
  const sources = new Map(readSources("src").map((file) => [file.path, file.text]));
  const wrong = [...read("ARCHITECTURE.md").matchAll(/`(src\/[\w./-]+\.ts)#([\w.]+)`/g)].flatMap((match) => {
    const [, path = "", name = ""] = match;
    const words = name.split(".");
    const text = sources.get(path) ?? "";
    return words.every((word) => new RegExp(`[\\s#.]${word}\\b`).test(text)) ? [] : [`${path}#${name}`];
  });
  assert.deepEqual(wrong, []);
});

test("the examples of the documents are right TypeScript", () => {
  const documents = ownFiles().filter((path) =>
    /^(README|ARCHITECTURE|CONTRIBUTING|docs\/[\w-]+|spec\/\w+)\.md$/.test(path),
  );
  const snippets = documents.flatMap(markdownSnippets);
  assert.ok(snippets.length >= 3, "README has three apps");
  assert.deepEqual(typeErrors(snippets, "document-snippets"), []);
});

test("the examples in doc comments of public files are right TypeScript", () => {
  const sources = readSources("src");
  const homes = homesOf(sources);
  const shown = sources.filter(({ path }) => isPublic(path) || path.startsWith("src/testing/"));
  const snippets = shown.flatMap((file) => commentSnippets(file, homes));
  assert.deepEqual(typeErrors(snippets, "comment-snippets"), []);
});

test("the index of docs names every page", () => {
  const index = read("docs/README.md");
  const pages = ownFiles().filter((path) => /^(docs|spec)\/.*\.md$/.test(path) && path !== "docs/README.md");
  const missing = pages.filter(
    (path) => !index.includes(`(${path.replace(/^docs\//, "").replace(/^spec\//, "../spec/")})`),
  );
  assert.deepEqual(missing, []);
});

/** The cells of the first table after a heading, by the names of row and column. */
function tableAfter(path: string, heading: string): Map<string, string> {
  const text = read(path);
  const lines = text.slice(text.indexOf(`${heading}\n`)).split("\n");
  const from = lines.findIndex((line) => line.startsWith("|"));
  const rows = lines.slice(from, lines.findIndex((line, index) => index > from && !line.startsWith("|"))); // prettier-ignore
  const cells = rows.map((line) => line.split("|").map((cell) => cell.replaceAll(/[*`\\]/g, "").trim()));
  const [columns = [], , ...body] = cells;
  return new Map(
    body.flatMap((row) => row.map((cell, index) => [`${row[1]}: ${columns[index]}`, cell] as const)),
  );
}

test("the figures of the README are those of the last whole run of the bench", () => {
  const claimed = tableAfter("README.md", "## How fast");
  const measured = tableAfter("bench/results/node-24.md", "## All at once");
  assert.ok(claimed.size > 40);
  for (const [cell, figure] of claimed) assert.equal(figure, measured.get(cell), cell);
});
